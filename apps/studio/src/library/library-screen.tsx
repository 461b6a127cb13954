import { getRouteApi, Link } from '@tanstack/react-router';
import type { ComponentType } from 'react';
import { useMessages } from '../i18n/use-messages.js';
import { useWorkspace } from '../shell/workspace.js';
import { BrandKits } from './brand-kits.js';
import { LIBRARY_TABS, type LibraryTab } from './library-tabs.js';
import { Presets } from './presets.js';
import { ShareLinks } from './share-links.js';
import { TemplateGallery } from './template-gallery.js';
import { UploadedFiles } from './uploaded-files.js';

const route = getRouteApi('/app/library');

const PARTS: Record<LibraryTab, ComponentType> = {
  templates: TemplateGallery,
  presets: Presets,
  brand: BrandKits,
  uploads: UploadedFiles,
  links: ShareLinks,
};

/** On a narrow screen there are more than fit. */
const showTab = (tab: HTMLElement | null) => tab?.scrollIntoView({ block: 'nearest', inline: 'center' });

/** What is kept for the next time: starting points, settings, brands, files, and what was shown to others. */
export function LibraryScreen() {
  const t = useMessages();
  const { tab = 'templates' } = route.useSearch();
  const { can } = useWorkspace();
  const tabs = LIBRARY_TABS.filter((name) => name !== 'links' || can('studio:share'));
  const Part = PARTS[tab];
  return (
    <div className="scroll-quiet flex min-h-[calc(100dvh-7.5rem)] flex-col lg:h-full lg:min-h-0 lg:overflow-y-auto">
      <title>{`${t(`library.${tab}`)} · BASE Studio`}</title>
      <div className="px-4 pt-5 sm:px-6">
        <h1 className="text-xl font-semibold tracking-[-0.02em]">{t('nav.library')}</h1>
        <nav
          aria-label={t('nav.library')}
          className="scroll-quiet mt-3 -mb-px flex gap-1 overflow-x-auto overflow-y-hidden border-b border-line"
        >
          {tabs.map((name) => (
            <Link
              key={name}
              to="/library"
              search={{ tab: name }}
              data-current={name === tab}
              ref={name === tab ? showTab : undefined}
              className="shrink-0 border-b-2 border-transparent px-3 py-2.5 text-base text-muted transition-colors duration-150 hover:text-ink focus-visible:-outline-offset-2 data-[current=true]:border-ink data-[current=true]:font-medium data-[current=true]:text-ink"
            >
              {t(`library.${name}`)}
            </Link>
          ))}
        </nav>
      </div>
      <Part key={tab} />
    </div>
  );
}
