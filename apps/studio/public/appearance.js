// Runs before the first paint, so that no page flashes in the wrong theme. A file of its own: no inline scripts here.
(function () {
  var theme = null;
  var language = null;
  try {
    theme = localStorage.getItem('base.theme');
    language = localStorage.getItem('base.language');
  } catch {
    // Storage may be forbidden; the system's theme is a fine default.
  }
  var dark = theme === 'dark' || (theme !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
  document.documentElement.lang = language || (/^pt/i.test(navigator.language) ? 'pt-BR' : 'en');
})();
