(() => {
  const typing = (node) => node && (node.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(node.tagName));
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    const rows = [...document.querySelectorAll("[data-row] a")];
    const at = rows.indexOf(document.activeElement);
    const to = { j: at + 1, k: at < 0 ? 0 : at - 1 }[event.key];
    if (event.key === "/") {
      const field = document.querySelector("[data-search]");
      if (!field) return;
      field.focus();
      field.select();
    } else if (event.key === "?") {
      document.getElementById("b-help").showModal();
    } else if (to !== undefined && rows[to]) {
      rows[to].focus();
      rows[to].scrollIntoView({ block: "nearest" });
    } else {
      return;
    }
    event.preventDefault();
  });
})();
