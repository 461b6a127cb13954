import { ArrowUpRight } from 'lucide-react';
import aurora from '../assets/aurora.webp';
import botanical from '../assets/botanical.webp';
import coast from '../assets/coast.webp';
import glass from '../assets/glass.webp';
import portrait from '../assets/portrait.webp';
import product from '../assets/product.webp';
import type { MessageId } from '../i18n/messages.js';
import { useMessages } from '../i18n/use-messages.js';
import type { MediaType } from '../media/media-type.js';
import { useWorkspace } from '../shell/workspace.js';
import { draftOf } from './draft.js';
import type { Values } from './schema-fields.js';

interface Template {
  picture: string;
  title: MessageId;
  prompt: MessageId;
  use: MessageId;
  type: MediaType;
  values: Values;
}

const TEMPLATES: readonly Template[] = [
  {
    picture: product,
    title: 'template.product',
    prompt: 'template.productPrompt',
    use: 'shape.feed',
    type: 'image',
    values: { size: '1080x1350' },
  },
  {
    picture: portrait,
    title: 'template.portrait',
    prompt: 'template.portraitPrompt',
    use: 'shape.square',
    type: 'image',
    values: { size: '1024x1024' },
  },
  {
    picture: coast,
    title: 'template.video',
    prompt: 'template.videoPrompt',
    use: 'media.video',
    type: 'video',
    values: { duration: 4 },
  },
  {
    picture: botanical,
    title: 'template.poster',
    prompt: 'template.posterPrompt',
    use: 'shape.poster',
    type: 'image',
    values: { size: '1024x1536' },
  },
  {
    picture: aurora,
    title: 'template.story',
    prompt: 'template.storyPrompt',
    use: 'shape.story',
    type: 'image',
    values: { size: '1080x1920' },
  },
  {
    picture: glass,
    title: 'template.audio',
    prompt: 'template.audioPrompt',
    use: 'media.audio',
    type: 'audio',
    values: { kind: 'music' },
  },
];

/** The first run: a sentence, and six ways to begin. */
export function Templates({ mayCreate }: { mayCreate: boolean }) {
  const t = useMessages();
  const { organization, user } = useWorkspace();
  const begin = ({ type, prompt, values }: Template) => {
    draftOf(organization.id).set((draft) => ({ ...draft, type, prompt: t(prompt), values }));
    document.querySelector<HTMLButtonElement>('button[type="submit"]')?.focus();
  };
  return (
    <div className="mx-auto flex max-w-5xl flex-col gap-8 px-4 py-8 sm:px-8 lg:py-14">
      <div>
        <h2 className="text-2xl font-semibold tracking-[-0.03em] text-balance sm:text-3xl">
          {mayCreate ? t('templates.title', { name: user.name.split(' ')[0] ?? '' }) : t('templates.viewerTitle')}
        </h2>
        <p className="mt-2 max-w-xl text-lg text-muted">{t(mayCreate ? 'templates.text' : 'templates.viewerText')}</p>
      </div>
      {mayCreate ? (
        <ul className="grid grid-cols-2 gap-3 sm:gap-4 xl:grid-cols-3">
          {TEMPLATES.map((template) => (
            <li key={template.title}>
              <button
                type="button"
                onClick={() => begin(template)}
                className="group relative block aspect-[4/5] w-full overflow-hidden rounded-xl text-left sm:aspect-[4/3]"
              >
                <img
                  src={template.picture}
                  alt=""
                  className="absolute inset-0 size-full object-cover transition-transform duration-500 ease-calm group-hover:scale-[1.03]"
                />
                <span className="absolute inset-x-0 bottom-0 flex items-end justify-between gap-3 bg-gradient-to-t from-black/85 via-black/55 to-transparent p-4 pt-14 text-white">
                  <span className="flex flex-col">
                    <span className="text-xs text-white/85">{t(template.use)}</span>
                    <span className="text-lg leading-snug font-semibold tracking-[-0.01em]">{t(template.title)}</span>
                  </span>
                  <ArrowUpRight
                    aria-hidden
                    className="size-5 shrink-0 opacity-0 transition-opacity duration-200 group-hover:opacity-100 group-focus-visible:opacity-100"
                  />
                </span>
              </button>
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  );
}
