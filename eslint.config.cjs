const globals = require("globals");

module.exports = [
    {
        files: ["addons/*/static/**/*.js"],
        ignores: ["**/static/lib/**", "**/static/src/lib/**"],
        languageOptions: {
            ecmaVersion: 2024,
            sourceType: "module",
            globals: { ...globals.browser, odoo: "readonly", luxon: "readonly" },
        },
        rules: {
            "no-undef": "error",
            "no-unused-vars": "error",
            "no-const-assign": "error",
            "no-dupe-keys": "error",
            "no-debugger": "error",
            "no-unreachable": "error",
            "prefer-const": "error",
            eqeqeq: "error",
        },
    },
];
