import { Fragment } from 'react';
import { Dialog } from '../components/ui/dialog.js';
import { Switch } from '../components/ui/switch.js';
import type { MessageId } from '../i18n/messages.js';
import { useMessages } from '../i18n/use-messages.js';
import { useStore } from '../state/store.js';
import { shortcutsOn } from './shortcuts.js';

const GROUPS: readonly { title: MessageId; keys: readonly (readonly [keys: string, does: MessageId])[] }[] = [
  {
    title: 'shortcuts.everywhere',
    keys: [
      ['?', 'shortcuts.help'],
      ['n', 'shortcuts.prompt'],
      ['/', 'shortcuts.search'],
      ['g c', 'shortcuts.goCreate'],
      ['g g', 'shortcuts.goGallery'],
      ['g p', 'shortcuts.goProjects'],
      ['g l', 'shortcuts.goLibrary'],
      ['g u', 'shortcuts.goUsage'],
    ],
  },
  {
    title: 'shortcuts.create',
    keys: [
      ['Enter', 'shortcuts.generate'],
      ['Shift+Enter', 'shortcuts.newLine'],
    ],
  },
  {
    title: 'shortcuts.gallery',
    keys: [
      ['← ↑ ↓ →', 'shortcuts.focus'],
      ['Home End', 'shortcuts.ends'],
      ['PageUp PageDown', 'shortcuts.page'],
      ['Space', 'shortcuts.select'],
      ['Enter', 'shortcuts.open'],
      ['Tab', 'shortcuts.actions'],
      ['Ctrl+a', 'shortcuts.selectAll'],
      ['Esc', 'shortcuts.selectNone'],
    ],
  },
  {
    title: 'shortcuts.viewer',
    keys: [
      ['← →', 'shortcuts.move'],
      ['+ − 0', 'shortcuts.zoom'],
      ['f', 'shortcuts.favourite'],
      ['Esc', 'shortcuts.close'],
    ],
  },
];

/** Which keys do what, and whether they should. */
export default function ShortcutsDialog({ onClose }: { onClose: () => void }) {
  const t = useMessages();
  const isOn = useStore(shortcutsOn);
  return (
    <Dialog open onOpenChange={onClose} title={t('person.shortcuts')} className="sm:w-[34rem]">
      <div className="flex flex-col gap-6">
        {GROUPS.map(({ title, keys }) => (
          <section key={title}>
            <h3 className="mb-1 text-sm font-medium text-muted">{t(title)}</h3>
            <dl>
              {keys.map(([combination, does]) => (
                <div key={combination} className="flex items-center justify-between gap-4 border-t border-line py-2">
                  <dt className="text-base">{t(does)}</dt>
                  <dd className="flex shrink-0 items-center gap-1">
                    <Keys combination={combination} />
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
        <label className="flex items-center justify-between gap-4 rounded-lg bg-sunken px-4 py-3 text-base">
          <span>{t('shortcuts.single')}</span>
          <Switch checked={isOn} onChange={(event) => shortcutsOn.set(event.target.checked)} />
        </label>
      </div>
    </Dialog>
  );
}

function Keys({ combination }: { combination: string }) {
  const t = useMessages();
  const isPair = /^g \w$/.test(combination);
  return combination.split(/[ ]|(?<=\w)\+(?=\w)/).map((key, index) => (
    <Fragment key={key + String(index)}>
      {isPair && index === 1 ? <span className="text-xs text-muted">{t('shortcuts.then')}</span> : null}
      <kbd className="grid h-6 min-w-6 place-items-center rounded-sm border border-line bg-sunken px-1.5 font-sans text-xs font-medium">
        {key}
      </kbd>
    </Fragment>
  ));
}
