import { Dices, Minus, Plus } from 'lucide-react';
import { lazy, Suspense, useId } from 'react';
import { Button } from '../components/ui/button.js';
import { Field } from '../components/ui/field.js';
import { Input, Select } from '../components/ui/input.js';
import { Segmented } from '../components/ui/segmented.js';
import { Skeleton } from '../components/ui/skeleton.js';
import { Switch } from '../components/ui/switch.js';
import { type Translator, useMessages } from '../i18n/use-messages.js';
import type { ControlProps } from './control-props.js';
import { type InputField, pictureUnder, type Values, valueOf } from './schema-fields.js';
import { ShapePicker } from './shape-picker.js';

// The models that take files are some of many.
const MediaInput = lazy(() => import('./media-input.js'));
const MaskInput = lazy(() => import('./mask-input.js'));

interface InputControlProps {
  field: InputField;
  values: Values;
  error: string | undefined;
  onChange: (value: unknown) => void;
}

const FEW_OPTIONS = 4;
const FEW_LETTERS = 26;
/** A number that may be this many different ones is stepped through; beyond, it is typed. */
const FEW_STEPS = 20;
const LARGEST_SEED = 4_294_967_295;

/** The control of one field of a model's schema. */
export function InputControl({ field, values, error, onChange }: InputControlProps) {
  const t = useMessages();
  const label = labelOf(t, field.name, field.kind === 'media' && !field.isList);
  const value = valueOf(field, values);
  const props = { label, error, value, onChange };
  switch (field.kind) {
    case 'prompt':
      return null;
    case 'shape':
      return <ShapePicker legend={label} options={field.options} value={value as string} onChange={onChange} />;
    case 'choice':
      return <Choice field={field} {...props} />;
    case 'media':
      return <FilesControl field={field} values={values} {...props} />;
    case 'flag':
      return <Flag label={label} isOn={value === true} onChange={onChange} />;
    case 'number':
      if (field.name === 'seed') return <Seed maximum={field.maximum} {...props} />;
      return field.maximum - field.minimum < FEW_STEPS && value !== undefined ? (
        <Stepper field={field} {...props} />
      ) : (
        <NumberInput field={field} {...props} />
      );
    case 'text':
      return (
        <div className="col-span-2">
          <Field label={label} error={error}>
            {(control) => (
              <Input
                {...control}
                maxLength={field.maxLength}
                value={typeof value === 'string' ? value : ''}
                onChange={(event) => onChange(event.target.value || undefined)}
              />
            )}
          </Field>
        </div>
      );
  }
}

function FilesControl({
  field,
  values,
  ...props
}: ControlProps & { field: InputField & { kind: 'media' }; values: Values }) {
  const picture = field.maskOf === undefined ? undefined : pictureUnder(field.maskOf, values);
  // Without a picture there is nothing to paint on.
  if (field.maskOf !== undefined && picture === undefined) return null;
  return (
    <Suspense fallback={<Skeleton className="col-span-2 h-28" />}>
      {picture === undefined ? (
        <MediaInput field={field} {...props} />
      ) : (
        <MaskInput key={picture} field={field} pictureId={picture} {...props} />
      )}
    </Suspense>
  );
}

function Choice({ field, label, error, value, onChange }: ControlProps & { field: InputField & { kind: 'choice' } }) {
  const t = useMessages();
  const options = field.options.map((option) => ({ value: option, label: optionLabel(t, field.name, option) }));
  const letters = options.reduce((sum, option) => sum + option.label.length, 0);
  const isShort = options.length <= FEW_OPTIONS && letters <= FEW_LETTERS && field.default !== undefined;
  if (isShort) {
    return (
      <div className="col-span-2 flex flex-col gap-1.5">
        <span aria-hidden className="text-sm font-medium">
          {label}
        </span>
        <Segmented legend={label} options={options} value={String(value)} onChange={onChange} />
      </div>
    );
  }
  return (
    <Field label={label} error={error}>
      {(control) => (
        <Select
          {...control}
          value={typeof value === 'string' ? value : ''}
          onChange={(event) => onChange(event.target.value || undefined)}
        >
          {field.default === undefined ? <option value="">{t('field.automatic')}</option> : null}
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </Select>
      )}
    </Field>
  );
}

function Stepper({ field, label, value, onChange }: ControlProps & { field: InputField & { kind: 'number' } }) {
  const t = useMessages();
  const id = useId();
  const current = typeof value === 'number' ? value : field.minimum;
  const step = (by: number) => onChange(Math.min(field.maximum, Math.max(field.minimum, current + by * field.step)));
  return (
    <div role="group" aria-labelledby={id} className="flex flex-col gap-1.5">
      <span id={id} className="text-sm font-medium">
        {label}
      </span>
      <div className="flex h-10 items-center justify-between rounded-md border border-field p-0.5">
        <Button
          variant="quiet"
          size="iconSm"
          aria-label={t('field.less', { label })}
          disabled={current <= field.minimum}
          onClick={() => step(-1)}
        >
          <Minus />
        </Button>
        <output aria-live="polite" className="text-base font-medium tabular-nums">
          {optionLabel(t, field.name, String(current))}
        </output>
        <Button
          variant="quiet"
          size="iconSm"
          aria-label={t('field.more', { label })}
          disabled={current >= field.maximum}
          onClick={() => step(1)}
        >
          <Plus />
        </Button>
      </div>
    </div>
  );
}

function NumberInput({
  field,
  label,
  error,
  value,
  onChange,
}: ControlProps & { field: InputField & { kind: 'number' } }) {
  const t = useMessages();
  return (
    <Field label={label} error={error}>
      {(control) => (
        <Input
          {...control}
          type="number"
          inputMode="decimal"
          className="h-10! tabular-nums"
          min={field.minimum}
          max={field.maximum}
          step={field.step}
          placeholder={t('field.automatic')}
          value={typeof value === 'number' ? value : ''}
          onChange={(event) => onChange(event.target.value === '' ? undefined : event.target.valueAsNumber)}
        />
      )}
    </Field>
  );
}

function Seed({ label, error, value, maximum, onChange }: ControlProps & { maximum: number }) {
  const t = useMessages();
  const roll = () => onChange(Math.floor(Math.random() * Math.min(maximum, LARGEST_SEED)));
  return (
    <Field label={label} error={error}>
      {(control) => (
        <div className="relative">
          <Input
            {...control}
            type="number"
            inputMode="numeric"
            className="h-10! pr-10 tabular-nums"
            min={0}
            max={maximum}
            placeholder={t('field.random')}
            value={typeof value === 'number' ? value : ''}
            onChange={(event) => onChange(event.target.value === '' ? undefined : event.target.valueAsNumber)}
          />
          <Button
            variant="quiet"
            size="iconSm"
            className="absolute top-1 right-1"
            aria-label={t('field.roll')}
            title={t('field.roll')}
            onClick={roll}
          >
            <Dices />
          </Button>
        </div>
      )}
    </Field>
  );
}

function Flag({ label, isOn, onChange }: { label: string; isOn: boolean; onChange: (value: boolean) => void }) {
  return (
    <label className="col-span-2 flex items-center justify-between gap-4 text-sm font-medium">
      {label}
      <Switch checked={isOn} onChange={(event) => onChange(event.target.checked)} />
    </label>
  );
}

/** The catalogue's name for a field, else its own name in words: models bring fields that nobody foresaw. */
export function labelOf(t: Translator, name: string, isOneFile = false): string {
  const one = isOneFile ? t.maybe(`input.${name}.one`) : undefined;
  return one ?? t.maybe(`input.${name}`) ?? t.maybe(`input.${name.split('.').at(-1)}`) ?? inWords(name);
}

export function optionLabel(t: Translator, name: string, option: string): string {
  const shortName = name.split('.').at(-1) ?? name;
  return t.maybe(`option.${shortName}.${option}`) ?? t.maybe(`unit.${shortName}`, { value: option }) ?? inWords(option);
}

function inWords(name: string): string {
  const words = (name.split('.').at(-1) ?? name).replace(/[_-]+/g, ' ').trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
