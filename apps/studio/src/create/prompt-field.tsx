import { type ReactNode, useId } from 'react';
import type { MediaType } from '../media/media-type.js';
import { useFormats } from '../i18n/formats.js';
import { useMessages } from '../i18n/use-messages.js';

interface PromptFieldProps {
  value: string;
  type: MediaType;
  maxLength: number;
  error: string | undefined;
  onChange: (value: string) => void;
  onSubmit: () => void;
  /** What helps with writing. */
  tools?: ReactNode;
}

/** From this share of the limit on, what is left is worth showing. */
const NEARLY_FULL = 0.8;

/** The description. Enter sends, Shift+Enter begins a line; it grows with what is written. */
export function PromptField({ value, type, maxLength, error, onChange, onSubmit, tools }: PromptFieldProps) {
  const t = useMessages();
  const formats = useFormats();
  const id = useId();
  const isNearlyFull = value.length > maxLength * NEARLY_FULL;
  return (
    <div className="flex flex-col gap-1.5">
      <label htmlFor={id} className="text-sm font-medium">
        {t(`prompt.${type}`)}
      </label>
      <div className="rounded-lg border border-field bg-sunken/60 transition-colors duration-150 focus-within:border-ink focus-within:bg-surface hover:border-muted has-aria-invalid:border-bad">
        <textarea
          id={id}
          data-shortcut="prompt"
          value={value}
          maxLength={maxLength}
          aria-invalid={error !== undefined}
          aria-describedby={`${id}-note`}
          placeholder={t(`prompt.${type}Example`)}
          onChange={(event) => onChange(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
            event.preventDefault();
            onSubmit();
          }}
          className="scroll-quiet block field-sizing-content max-h-72 min-h-30 w-full resize-none bg-transparent px-3.5 py-3 text-lg outline-none"
        />
        <p id={`${id}-note`} className="flex justify-between gap-3 px-3.5 pb-2.5 text-xs text-faint">
          {error ? (
            <span className="text-bad">{error}</span>
          ) : (
            <span className="hidden sm:inline">{t('prompt.keys')}</span>
          )}
          {isNearlyFull ? (
            <span className="tabular-nums">
              {formats.number(value.length)} / {formats.number(maxLength)}
            </span>
          ) : null}
        </p>
        {tools ? <div className="flex flex-wrap gap-0.5 border-t border-line px-1.5 py-1">{tools}</div> : null}
      </div>
      {error ? (
        <p role="alert" className="sr-only">
          {error}
        </p>
      ) : null}
    </div>
  );
}
