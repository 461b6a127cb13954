import { Check, ChevronDown, Columns2 } from 'lucide-react';
import { clsx } from 'clsx';
import { useState } from 'react';
import type { ModelDto } from '#sdk';
import { Popover } from '../components/ui/popover.js';
import { Switch } from '../components/ui/switch.js';
import { useCreditWords } from '../i18n/credit-words.js';
import { useFormats } from '../i18n/formats.js';
import { useMessages } from '../i18n/use-messages.js';

interface ModelPickerProps {
  models: readonly ModelDto[];
  chosen: readonly ModelDto[];
  onChange: (ids: readonly string[]) => void;
}

/** So many can be seen side by side. */
const MOST_AT_ONCE = 4;
const ROW = 'flex items-start gap-3 p-2.5';

/** Which model, or which ones side by side. */
export function ModelPicker({ models, chosen, onChange }: ModelPickerProps) {
  const t = useMessages();
  const [isOpen, setIsOpen] = useState(false);
  const [compares, setCompares] = useState(chosen.length > 1);
  const usable = models.filter(({ available }) => available);
  const ids = chosen.map(({ id }) => id);
  const first = chosen[0];

  const choose = (id: string) => {
    if (!compares) {
      onChange([id]);
      setIsOpen(false);
    } else if (!ids.includes(id)) onChange([...ids, id].slice(-MOST_AT_ONCE));
    else if (ids.length > 1) onChange(ids.filter((known) => known !== id));
  };
  const compare = (isOn: boolean) => {
    setCompares(isOn);
    if (!isOn) onChange(ids.slice(0, 1));
  };

  return (
    <Popover
      title={t('model.choose')}
      align="start"
      open={isOpen}
      onOpenChange={setIsOpen}
      className="w-[23rem] p-1.5"
      trigger={
        <button
          type="button"
          className="flex min-h-14 items-center gap-3 rounded-lg border border-field px-3 py-2 text-left transition-colors duration-150 hover:border-muted"
        >
          <ModelMark count={chosen.length} name={first?.name ?? ''} />
          <span className="flex min-w-0 flex-1 flex-col">
            <span className="truncate font-medium">
              <span className="sr-only">{t('model.label')} </span>
              {chosen.length > 1 ? t('model.several', { count: chosen.length }) : first?.name}
            </span>
            <span className="truncate text-sm text-muted">
              {chosen.length > 1 ? chosen.map(({ name }) => name).join(' · ') : first && <ModelPrice model={first} />}
            </span>
          </span>
          <ChevronDown className="size-4 shrink-0 text-muted" aria-hidden />
        </button>
      }
    >
      <ul>
        {usable.map((model) => {
          const isChosen = ids.includes(model.id);
          return (
            <li key={model.id}>
              <button
                type="button"
                aria-pressed={isChosen}
                onClick={() => choose(model.id)}
                className={`${ROW} w-full rounded-md text-left transition-colors hover:bg-hover`}
              >
                <ModelAbout model={model} />
                <Check className={clsx('mt-0.5 size-4 shrink-0', !isChosen && 'invisible')} aria-hidden />
              </button>
            </li>
          );
        })}
      </ul>
      {usable.length > 1 ? (
        <label className="mt-1 flex items-center gap-3 border-t border-line px-2.5 py-3 text-base">
          <Columns2 className="size-4 text-muted" aria-hidden />
          <span className="flex-1">{t('model.compare', { count: MOST_AT_ONCE })}</span>
          <Switch checked={compares} onChange={(event) => compare(event.target.checked)} />
        </label>
      ) : null}
      <Unconnected models={models.filter(({ available }) => !available)} />
    </Popover>
  );
}

/** What there is beyond that, once somebody connects its provider: out of the way of what can be used. */
function Unconnected({ models }: { models: readonly ModelDto[] }) {
  const t = useMessages();
  if (models.length === 0) return null;
  return (
    <details className="group mt-1 border-t border-line pt-1">
      <summary className="flex h-10 list-none items-center gap-3 rounded-md px-2.5 text-sm text-muted hover:text-ink [&::-webkit-details-marker]:hidden">
        <span className="flex-1">{t('model.unavailable', { count: models.length })}</span>
        <ChevronDown className="size-4 transition-transform group-open:rotate-180" aria-hidden />
      </summary>
      <ul>
        {models.map((model) => (
          <li key={model.id} className={`${ROW} text-muted`}>
            <ModelAbout model={model} />
          </li>
        ))}
      </ul>
    </details>
  );
}

/** Its name, what it is good at, and its price where it has one. */
function ModelAbout({ model }: { model: ModelDto }) {
  const t = useMessages();
  return (
    <>
      <ModelMark name={model.name} count={1} />
      <span className="flex min-w-0 flex-1 flex-col gap-0.5">
        <span className="font-medium">{model.name}</span>
        <span className="text-sm text-muted">{t.maybe(`model.about.${model.id}`) ?? model.description}</span>
        {model.available ? (
          <span className="text-sm text-muted">
            <ModelPrice model={model} />
          </span>
        ) : null}
      </span>
    </>
  );
}

/** A quiet monogram: the models bring no pictures of their own. */
function ModelMark({ name, count }: { name: string; count: number }) {
  return (
    <span
      aria-hidden
      className="grid size-9 shrink-0 place-items-center rounded-md bg-sunken text-sm font-semibold text-muted"
    >
      {count > 1 ? count : name.slice(0, 1)}
    </span>
  );
}

/** The price list's lowest line; what exactly it costs is on the button. */
function ModelPrice({ model }: { model: ModelDto }) {
  const t = useMessages();
  const formats = useFormats();
  const words = useCreditWords();
  const cheapest = model.prices.toSorted((a, b) => a.credits - b.credits)[0];
  if (!cheapest) return null;
  const unit =
    t.maybe(`price.${cheapest.unit}`, { size: cheapest.unitSize, shown: formats.number(cheapest.unitSize) }) ??
    cheapest.unit;
  const credits = words.amount(cheapest.credits);
  return <>{t(model.prices.length > 1 ? 'price.from' : 'price.each', { credits, unit })}</>;
}
