import type { BrandColorDto } from '#sdk';

const SHOWN = 3;

/** The first colours of a brand, overlapping. */
export function Swatches({ colors }: { colors: readonly BrandColorDto[] }) {
  return (
    <span aria-hidden className="flex shrink-0 -space-x-1.5">
      {colors.slice(0, SHOWN).map((color) => (
        <span
          key={color.value + color.name}
          className="size-4 rounded-full border border-line-strong"
          style={{ background: color.value }}
        />
      ))}
    </span>
  );
}
