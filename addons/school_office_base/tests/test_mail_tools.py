import base64
import email
import email.policy
import random

from markupsafe import Markup

from odoo.tests import BaseCase, tagged

from ..tools import mail_auth, mail_text


def _parse(raw):
    message = email.message_from_bytes(mail_text.mend(raw), policy=email.policy.SMTP)
    mail_text.mend_parts(message)
    return message


@tagged("post_install", "-at_install")
class TestMailText(BaseCase):
    def _word(self, text, charset, named=None):
        coded = base64.b64encode(text.encode(charset)).decode()
        return f"=?{named or charset}?B?{coded}?="

    def test_a_newer_character_under_an_old_name_is_read(self):
        raw = f"Subject: {self._word('朱镕基与㐂', 'gb18030', 'gb2312')}\n\nx".encode()
        self.assertEqual(_parse(raw)["Subject"], "朱镕基与㐂")

    def test_a_character_cut_in_two_words_is_whole_again(self):
        coded = "关于防汛".encode("gbk")
        words = " ".join(
            f"=?GBK?B?{base64.b64encode(part).decode()}?="
            for part in (coded[:3], coded[3:])
        )
        self.assertEqual(
            _parse(f"Subject: {words}\n\nx".encode())["Subject"], "关于防汛"
        )

    def test_raw_bytes_in_a_header_are_read(self):
        for charset in ("utf-8", "gb18030"):
            with self.subTest(charset=charset):
                raw = b"Subject: " + "教务处-借用".encode(charset) + b"\n\nx"
                self.assertEqual(_parse(raw)["Subject"], "教务处-借用")

    def test_quoted_printable_words_and_underscores(self):
        raw = b"Subject: =?utf-8?Q?room_loan_=E6=95=99?=\n\nx"
        self.assertEqual(_parse(raw)["Subject"], "room loan 教")

    def test_an_unknown_charset_of_a_word_is_guessed(self):
        raw = f"Subject: {self._word('停电', 'gbk', 'x-nobody-knows')}\n\nx".encode()
        self.assertEqual(_parse(raw)["Subject"], "停电")

    def test_broken_base64_in_a_header_gives_what_can_be_read(self):
        raw = b"Subject: =?utf-8?B?5pWZ5Yqh5aSE5!?=\n\nx"
        self.assertIn("教务", _parse(raw)["Subject"])

    def test_file_names_in_old_charsets_are_read(self):
        name = "报修单.pdf"
        plain = name.encode("gbk")
        percent = "".join(f"%{byte:02X}" for byte in plain)
        for field in (
            b'filename="' + self._word(name, "gbk", "gb2312").encode() + b'"',
            b"filename*=gb2312''" + percent.encode(),
            b'filename="' + plain + b'"',
        ):
            raw = (
                b'Content-Type: multipart/mixed; boundary="b"\n\n--b\n'
                b"Content-Type: application/pdf\n"
                b"Content-Disposition: attachment; " + field + b"\n\nx\n--b--\n"
            )
            with self.subTest(field=field):
                part = list(_parse(raw).walk())[1]
                self.assertEqual(part.get_filename(), name)

    def test_texts_without_or_with_a_wrong_charset_are_read(self):
        for head, charset in (
            ("text/plain", "gbk"),
            ("text/plain", "utf-8"),
            ('text/plain; charset="us-ascii"', "gbk"),
            ('text/plain; charset="utf-8"', "gbk"),
            ('text/plain; charset="gb2312"', "gb18030"),
            ('text/plain; charset="x-unknown"', "utf-8"),
            ('text/plain; charset="base64"', "gbk"),
        ):
            raw = f"Content-Type: {head}\nContent-Transfer-Encoding: 8bit\n\n".encode()
            with self.subTest(head=head, charset=charset):
                message = _parse(raw + "三楼水管漏水镕".encode(charset))
                self.assertIn("三楼水管漏水镕", message.get_content())

    def test_a_message_without_an_id_has_one_of_its_content(self):
        raw = b"Subject: a\n\nbody"
        self.assertEqual(_parse(raw)["Message-ID"], _parse(raw)["Message-ID"])
        other = _parse(b"Subject: a\n\nother")
        self.assertNotEqual(_parse(raw)["Message-ID"], other["Message-ID"])
        named = _parse(b"Subject: a\nMessage-ID: <own@x>\n\nbody")
        self.assertEqual(named["Message-ID"], "<own@x>")

    def test_well_formed_mail_stays_as_it_is(self):
        raw = (
            b"From: a@b.example\r\nMessage-ID: <1@b.example>\r\nSubject: Hello\r\n"
            b"Content-Type: text/plain; charset=utf-8\r\n\r\nText =?gb2312?B?x?=\r\n"
        )
        self.assertEqual(mail_text.mend(raw), raw)

    def test_random_bytes_never_stop_the_gateway(self):
        dice = random.Random(19)
        pieces = [
            *(b"Subject: ", b"From: ", b"\n", b"\r\n", b"\n\n", b"=?", b"?=", b"?B?"),
            *(b"?Q?", b"gb2312", b"utf-8", b"\x00", b"\xff\xfe", b"\xb0\xa1", b"*="),
            *(b"''", b"filename", b"Content-Type: text/plain; charset=", b"--b", b";"),
            b'Content-Type: multipart/mixed; boundary="b"\n',
        ]
        for _round in range(400):
            raw = b"".join(dice.choices(pieces, k=dice.randrange(1, 40)))
            message = _parse(raw)
            for part in message.walk():
                mail_text.clean(str(part.get("Subject")))

    def test_text_to_be_stored_has_no_nul_and_no_half_character(self):
        self.assertEqual(mail_text.clean("a\x00b"), "ab")
        mail_text.clean("\udce6\udc95\udc99").encode()
        self.assertEqual(mail_text.clean("\udce6\udc95\udc99"), "教")
        self.assertEqual(mail_text.clean("a\ud83d\udc99"), "a??")
        self.assertIsInstance(mail_text.clean(Markup("<b>\udce6\x00</b>")), Markup)


@tagged("post_install", "-at_install")
class TestMailAuth(BaseCase):
    SERVER = "mx.school.example"

    def _verdict(self, *fields, sender="li@school.example", server=SERVER):
        return mail_auth.verdict(fields, server, sender)

    def test_a_pass_of_the_own_server_for_the_same_domain_counts(self):
        for field in (
            "mx.school.example; dkim=pass header.d=school.example header.s=a",
            "mx.school.example; spf=pass smtp.mailfrom=li@school.example",
            "mx.school.example 1; spf=fail smtp.mailfrom=x@y.example;\r\n"
            " dkim=pass (2048-bit; key) header.i=@school.example",
            "MX.School.Example; dmarc=pass header.from=school.example",
        ):
            with self.subTest(field=field):
                self.assertEqual(self._verdict(field), "pass")

    def test_a_pass_for_another_domain_does_not(self):
        for field in (
            "mx.school.example; dkim=pass header.d=evil.example",
            "mx.school.example; spf=pass smtp.mailfrom=x@evil.example",
            "mx.school.example; dkim=pass header.d=notschool.example",
            "mx.school.example; dkim=pass header.d=example",
            "mx.school.example; dkim=pass header.d=mail.school.example",
            "mx.school.example; none",
            "mx.school.example; (dkim=pass header.d=school.example) dkim=none",
        ):
            with self.subTest(field=field):
                self.assertNotEqual(self._verdict(field), "pass")

    def test_what_another_server_says_does_not_count(self):
        forged = "mx.evil.example; dkim=pass header.d=school.example"
        self.assertIsNone(self._verdict(forged))

    def test_a_forged_field_below_the_own_one_does_not_count(self):
        own = "mx.school.example; spf=fail smtp.mailfrom=li@school.example"
        forged = "mx.school.example; dkim=pass header.d=school.example"
        self.assertEqual(self._verdict(own, forged), "fail")

    def test_nobody_is_trusted_until_the_operator_names_the_server(self):
        field = "mx.school.example; dkim=pass header.d=school.example"
        for server in (False, "", " "):
            self.assertIsNone(self._verdict(field, server=server))
