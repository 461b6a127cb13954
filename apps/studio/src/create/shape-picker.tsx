import { useId } from 'react';
import { useMessages } from '../i18n/use-messages.js';
import { parseShape } from './shapes.js';

interface ShapePickerProps {
  legend: string;
  options: readonly string[];
  value: string;
  onChange: (value: string) => void;
}

/** The longer side of the drawn outline, pixels. */
const OUTLINE = 26;

/** Formats by what they are used for, each drawn in its proportion. */
export function ShapePicker({ legend, options, value, onChange }: ShapePickerProps) {
  const t = useMessages();
  const name = useId();
  return (
    <fieldset className="col-span-2">
      <legend className="mb-1.5 text-sm font-medium">{legend}</legend>
      <div className="grid grid-cols-3 gap-1.5">
        {options.map((option) => {
          const shape = parseShape(option);
          const scale = shape ? OUTLINE / Math.max(shape.width, shape.height) : 0;
          return (
            <label
              key={option}
              className="relative flex flex-col items-center gap-1 rounded-md border border-line px-1 pt-2.5 pb-2 text-center transition-colors duration-150 hover:border-line-strong has-checked:border-ink has-checked:bg-sunken has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent"
            >
              <input
                type="radio"
                name={name}
                className="absolute inset-0 cursor-pointer opacity-0"
                checked={option === value}
                onChange={() => onChange(option)}
              />
              <span aria-hidden className="grid h-7 place-items-center">
                {shape ? (
                  <span
                    className="block rounded-[3px] border-[1.5px] border-current"
                    style={{ width: shape.width * scale, height: shape.height * scale }}
                  />
                ) : null}
              </span>
              <span className="text-sm leading-tight font-medium">{shape ? t(`shape.${shape.use}`) : option}</span>
              <span className="text-xs text-muted tabular-nums">
                {shape ? `${shape.width}${shape.isPixels ? '×' : ':'}${shape.height}` : ''}
              </span>
            </label>
          );
        })}
      </div>
    </fieldset>
  );
}
