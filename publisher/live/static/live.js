"use strict";
(() => {
  // A page knows its version; the server says when there is another one.
  const version = document.querySelector('meta[name="version"]').content;
  const page = new URLSearchParams({ trang: location.pathname, ban: version });
  let source = null;

  // A browser has few connections to one server: pages that nobody sees hold none.
  const listen = () => {
    if (document.hidden) {
      source?.close();
      source = null;
    } else if (!source) {
      source = new EventSource(`/thay-doi?${page}`);
      source.addEventListener("change", () => location.reload());
    }
  };

  // A link to a problem opens the list that it stands in.
  const reveal = () => {
    const target = document.getElementById(location.hash.slice(1));
    const list = target?.closest("details");
    if (list && !list.open) {
      list.open = true;
      target.scrollIntoView();
    }
  };

  document.addEventListener("visibilitychange", listen);
  addEventListener("hashchange", reveal);
  reveal();
  listen();
})();
