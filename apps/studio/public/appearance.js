// Runs before the first paint, so that no page flashes in the wrong theme. A file of its own: no inline scripts here.
(function () {
  var theme = null;
  var language = null;
  var session = null;
  try {
    theme = localStorage.getItem('base.theme');
    language = localStorage.getItem('base.language');
    session = localStorage.getItem('base.session');
  } catch {
    // Storage may be forbidden; the system's theme is a fine default.
  }
  var dark = theme === 'dark' || (theme !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
  document.documentElement.lang = language || (/^pt/i.test(navigator.language) ? 'pt-BR' : 'en');

  // The files that the Studio will ask for when it has begun, named by the build (preloads-plugin.ts).
  var files = JSON.parse(document.currentScript.dataset.files || '{}');
  var page = location.pathname === '/' && !session ? '/login' : location.pathname;
  (files[document.documentElement.lang] || []).concat(files[page] || []).forEach(function (file) {
    var link = document.createElement('link');
    link.rel = 'modulepreload';
    link.crossOrigin = '';
    link.href = file;
    document.head.append(link);
  });
})();
