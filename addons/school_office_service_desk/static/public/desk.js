/* Comfort for the public pages of the service desk. Every page works without it. */
(function () {
    "use strict";
    const root = document.documentElement;
    root.classList.add("d-js");
    const all = (selector, node) =>
        Array.from((node || document).querySelectorAll(selector));

    // Questions that are asked only after a certain answer to another one.
    function answersOf(form, name) {
        return all("[name]", form)
            .filter((field) => field.name === name)
            .filter((field) => !/^(radio|checkbox)$/.test(field.type) || field.checked)
            .map((field) => field.value);
    }
    function showWhatIsAsked(form) {
        for (const field of all("[data-if]", form)) {
            const asker = field.parentElement.querySelector(
                `[data-question="${field.dataset.if}"]`
            );
            const wanted = field.dataset.is;
            const given = answersOf(form, field.dataset.if);
            const isOpen =
                (!asker || !asker.classList.contains("d-hidden")) &&
                (wanted ? given.includes(wanted) : given.some(Boolean));
            field.classList.toggle("d-hidden", !isOpen);
            for (const input of all("input,select,textarea", field)) {
                input.disabled = !isOpen;
                if (input.dataset.required) {
                    input.required = isOpen;
                }
            }
        }
    }

    // A telephone takes pictures of eight megabytes, of which nobody needs six. What is
    // painted anew carries no place and no name of the telephone either.
    const LONGEST = 1920;
    async function smaller(file) {
        if (!/^image\/(jpeg|png)$/.test(file.type) || !window.createImageBitmap) {
            return file;
        }
        try {
            const picture = await createImageBitmap(file, {
                imageOrientation: "from-image",
            });
            const scale = Math.min(
                1,
                LONGEST / Math.max(picture.width, picture.height)
            );
            const canvas = document.createElement("canvas");
            canvas.width = Math.round(picture.width * scale);
            canvas.height = Math.round(picture.height * scale);
            canvas
                .getContext("2d")
                .drawImage(picture, 0, 0, canvas.width, canvas.height);
            const blob = await new Promise((done) =>
                canvas.toBlob(done, "image/jpeg", 0.85)
            );
            if (!blob) {
                return file;
            }
            const name = file.name.replace(/\.\w+$/, "") + ".jpg";
            return new File([blob], name, { type: "image/jpeg" });
        } catch {
            return file;
        }
    }
    function show(files, place) {
        place.textContent = "";
        for (const file of files) {
            if (/^image\//.test(file.type)) {
                const picture = document.createElement("img");
                picture.alt = file.name;
                picture.src = URL.createObjectURL(file);
                place.append(picture);
            } else {
                const name = document.createElement("span");
                name.textContent = file.name;
                place.append(name);
            }
        }
    }
    // What the server would refuse is said before it travels for minutes.
    function complain(input, text) {
        const field = input.closest(".d-field");
        let place = field.querySelector(".d-error");
        if (!place && text) {
            place = document.createElement("p");
            place.className = "d-error";
            place.setAttribute("role", "alert");
            field.append(place);
        }
        if (place) {
            place.textContent = text;
        }
        field.classList.toggle("d-wrong", Boolean(text));
    }
    async function takeFiles(input) {
        const place = input.closest("form").querySelector(input.dataset.shots);
        show(input.files, place);
        complain(input, "");
        if (!window.DataTransfer) {
            return;
        }
        const { limit, count, large, many } = input.dataset;
        const faults = [];
        const submit = all("[type=submit]", input.form);
        submit.forEach((button) => (button.disabled = true));
        const basket = new DataTransfer();
        for (const file of Array.from(input.files)) {
            const sent = await smaller(file);
            if (limit && sent.size > Number(limit)) {
                faults.push(large.replace("{file}", file.name));
            } else if (count && basket.files.length >= Number(count)) {
                faults.push(many);
                break;
            } else {
                basket.items.add(sent);
            }
        }
        input.files = basket.files;
        if (faults.length) {
            show(input.files, place);
            complain(input, faults.join(" · "));
        }
        submit.forEach((button) => (button.disabled = false));
    }

    function prepare(form) {
        for (const input of all("[data-required]", form)) {
            input.required = true;
        }
        showWhatIsAsked(form);
        form.addEventListener("change", (ev) => {
            if (ev.target.matches("input[type=file][data-shots]")) {
                takeFiles(ev.target);
            }
            showWhatIsAsked(form);
        });
        form.addEventListener("submit", (ev) => {
            // The pressed button belongs to what is sent, so it is disabled afterwards.
            setTimeout(() => {
                if (!ev.defaultPrevented) {
                    all("[type=submit]", form).forEach((b) => (b.disabled = true));
                }
            });
        });
    }

    function filterServices(input) {
        const wanted = input.value.trim().toLowerCase();
        for (const row of all("[data-find]")) {
            const isThere = row.dataset.find.toLowerCase().includes(wanted);
            row.classList.toggle("d-hidden", !isThere);
        }
        for (const group of all("[data-group]")) {
            const isEmpty = !group.querySelector("[data-find]:not(.d-hidden)");
            group.classList.toggle("d-hidden", isEmpty);
        }
    }

    function start() {
        all("form").forEach(prepare);
        all("input[data-filter]").forEach((input) =>
            input.addEventListener("input", () => filterServices(input))
        );
        all("button[data-copy]").forEach((button) => {
            if (!navigator.clipboard) {
                button.remove();
                return;
            }
            button.addEventListener("click", async () => {
                const text = document.querySelector(button.dataset.copy);
                await navigator.clipboard.writeText(text.textContent.trim());
                button.textContent = button.dataset.done;
            });
        });
        // A page that comes back from the history has its buttons again.
        window.addEventListener("pageshow", (ev) => {
            if (ev.persisted) {
                all("[type=submit]").forEach((button) => (button.disabled = false));
            }
        });
        // The tap in the mail was the answer; a machine that only looks does not wait.
        const tapped = document.querySelector("[data-tapped]");
        if (tapped && document.visibilityState === "visible") {
            setTimeout(() => tapped.click(), 400);
        }
        const wrong = document.querySelector(".d-note.d-bad[tabindex]");
        if (wrong) {
            wrong.focus();
        }
    }
    if (document.readyState === "loading") {
        document.addEventListener("DOMContentLoaded", start);
    } else {
        start();
    }
})();
