/// The files of a site that are the same for every registry.
enum SiteAssets {
    static let style = """
        :root { color-scheme: light dark; --text: #1c2024; --back: #ffffff; --faint: #5b6470; --line: #d4d9df;
          --box: #f4f6f8; --link: #0b57b0; --good: #10652f; --bad: #a3240f; }
        @media (prefers-color-scheme: dark) { :root { --text: #e6e9ec; --back: #14171a; --faint: #a3adb8; --line: #39414a;
          --box: #1e2328; --link: #8ab8f5; --good: #7fd29a; --bad: #ff9d8a; } }
        * { box-sizing: border-box; } [hidden] { display: none !important; }
        body { margin: 0 auto; max-width: 62rem; padding: 0 1rem 4rem; font: 1rem/1.55 system-ui, sans-serif;
          color: var(--text); background: var(--back); overflow-wrap: anywhere; }
        a { color: var(--link); }
        a:focus-visible, input:focus-visible, select:focus-visible, [tabindex]:focus-visible {
          outline: 3px solid var(--link); outline-offset: 2px; }
        .skip { position: absolute; left: -100rem; } .skip:focus { position: static; }
        header { border-bottom: 1px solid var(--line); padding: 1rem 0 .5rem; }
        header a { margin-right: 1rem; }
        h1 { line-height: 1.2; margin: 1.5rem 0 .5rem; } h2 { margin-top: 2.2rem; line-height: 1.25; }
        .faint { color: var(--faint); } .good { color: var(--good); } .bad { color: var(--bad); }
        pre { background: var(--box); border: 1px solid var(--line); border-radius: 4px; padding: .7rem; overflow-x: auto;
          overflow-wrap: normal; }
        code { font: .92em ui-monospace, monospace; }
        .wide { overflow-x: auto; overflow-wrap: normal; }
        table { border-collapse: collapse; width: 100%; } th, td { text-align: left; vertical-align: top;
          padding: .35rem .6rem .35rem 0; border-bottom: 1px solid var(--line); }
        dl { display: grid; grid-template-columns: minmax(7rem, max-content) 1fr; gap: .25rem 1rem; } dd { margin: 0; }
        ul.plugins { list-style: none; padding: 0; } ul.plugins li { border-bottom: 1px solid var(--line); padding: .6rem 0; }
        ul.plugins p { margin: .15rem 0; }
        .search { display: flex; flex-wrap: wrap; gap: .6rem 1rem; margin: 1rem 0; }
        .search label { display: block; font-size: .9rem; color: var(--faint); }
        .search input, .search select { font: inherit; color: inherit; background: var(--back); border: 1px solid var(--faint);
          border-radius: 4px; padding: .35rem .5rem; max-width: 100%; min-height: 2.4rem; }
        .note { border-left: 4px solid var(--bad); padding: .1rem 0 .1rem .8rem; }
        @media (max-width: 30rem) { dl { grid-template-columns: 1fr; } dd { margin-bottom: .5rem; } h1 { font-size: 1.5rem; } }
        """

    static let script = """
        "use strict";
        (function () {
          var form = document.getElementById("search"), list = document.getElementById("plugins");
          var count = document.getElementById("count"), pages = document.getElementById("pages");
          if (!form || !list) return;
          var plugins = null, whole = list.innerHTML, limit = 200;
          form.hidden = false;
          function value(id) { return document.getElementById(id).value; }
          function element(name, text, kind) {
            var made = document.createElement(name);
            made.textContent = text;
            if (kind) made.className = kind;
            return made;
          }
          function row(plugin) {
            var item = document.createElement("li"), title = document.createElement("p");
            var link = element("a", plugin.name);
            link.href = form.dataset.root + "catalogue/" + encodeURIComponent(plugin.name) + ".html";
            title.appendChild(link);
            title.appendChild(element("span", " " + plugin.version + (plugin.yanked ? " (withdrawn)" : ""), "faint"));
            item.appendChild(title);
            item.appendChild(element("p", plugin.description));
            item.appendChild(element("p", plugin.facts, "faint"));
            return item;
          }
          function show() {
            var words = value("words").toLowerCase().split(/\\s+/).filter(Boolean);
            var hook = value("hook"), language = value("language"), signer = value("signer");
            if (!words.length && !hook && !language && !signer) {
              list.innerHTML = whole;
              count.textContent = "";
              if (pages) pages.hidden = false;
              return;
            }
            if (!plugins) return;
            var found = plugins.filter(function (plugin) {
              var text = (plugin.name + " " + plugin.description).toLowerCase();
              return words.every(function (word) { return text.indexOf(word) >= 0; })
                && (!hook || plugin.hooks.indexOf(hook) >= 0)
                && (!language || plugin.language === language)
                && (!signer || plugin.signer === signer);
            });
            list.replaceChildren.apply(list, found.slice(0, limit).map(row));
            count.textContent = found.length + (found.length === 1 ? " plugin" : " plugins")
              + (found.length > limit ? ", the first " + limit + " are shown" : "");
            if (pages) pages.hidden = true;
          }
          function load() {
            if (plugins) return show();
            var request = new XMLHttpRequest();
            request.open("GET", form.dataset.root + "search.json");
            request.onload = function () {
              if (request.status === 200 || request.status === 0) plugins = JSON.parse(request.responseText);
              show();
            };
            request.onerror = function () { count.textContent = "search.json could not be read"; };
            request.send();
          }
          form.addEventListener("input", load);
          form.addEventListener("submit", function (event) { event.preventDefault(); load(); });
        })();
        """
}
