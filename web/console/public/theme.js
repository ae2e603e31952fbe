// A file of its own, not inline: the server's policy forbids inline scripts. Runs before the first paint, so the theme never flashes.
(() => {
  let wish = "auto";
  try {
    wish = localStorage.getItem("mantine-color-scheme-value") ?? "auto";
  } catch {
    // Storage may be forbidden; then the system decides.
  }
  const dark = wish === "dark" || (wish === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.setAttribute("data-mantine-color-scheme", dark ? "dark" : "light");
})();
