import type { HtmlTagDescriptor, Plugin, Rolldown } from 'vite';

/** The screens people enter by; others are found when the router asks for them. */
const ENTRANCES = {
  '/': 'create/create-screen.tsx',
  '/gallery': 'gallery/gallery-screen.tsx',
  '/login': 'auth/login-screen.tsx',
};
const LANGUAGES = { 'pt-BR': 'locales/pt-BR.json', en: 'locales/en.json' };
/** Every page is written in it. */
const FONT = /geist-latin-wght-normal.*\.woff2$/;

/**
 * Tells the page's first script which files come next, by language and by page, so that they are under way before the
 * code that asks for them has run.
 */
export function preloads(): Plugin {
  return {
    name: 'studio-preloads',
    transformIndexHtml: {
      order: 'post',
      handler(html, { bundle }) {
        if (!bundle) return html;
        const files = { ...filesOf(bundle, ENTRANCES), ...filesOf(bundle, LANGUAGES) };
        const font = Object.keys(bundle).find((name) => FONT.test(name));
        const tags: HtmlTagDescriptor[] = font
          ? [
              {
                tag: 'link',
                injectTo: 'head',
                attrs: { rel: 'preload', as: 'font', type: 'font/woff2', href: `/${font}`, crossorigin: '' },
              },
            ]
          : [];
        const told = JSON.stringify(files).replaceAll('"', '&quot;');
        return { html: html.replace('src="/appearance.js"', `src="/appearance.js" data-files="${told}"`), tags };
      },
    },
  };
}

/** What each of these modules needs that the page does not load by itself. */
function filesOf(bundle: Rolldown.OutputBundle, modules: Record<string, string>): Record<string, string[]> {
  const chunks = Object.values(bundle).filter((output) => output.type === 'chunk');
  const byName = new Map(chunks.map((chunk) => [chunk.fileName, chunk]));
  const needed = (name: string, found = new Set<string>()): Set<string> => {
    if (!found.has(name)) {
      found.add(name);
      byName.get(name)?.imports.forEach((imported) => needed(imported, found));
    }
    return found;
  };
  const first = new Set(chunks.filter(({ isEntry }) => isEntry).flatMap(({ fileName }) => [...needed(fileName)]));
  return Object.fromEntries(
    Object.entries(modules).map(([key, path]) => {
      const chunk = chunks.find(({ facadeModuleId }) => facadeModuleId?.endsWith(`/src/${path}`));
      if (!chunk) throw new Error(`The build has no chunk for ${path}`);
      return [key, [...needed(chunk.fileName)].filter((name) => !first.has(name)).map((name) => `/${name}`)];
    }),
  );
}
