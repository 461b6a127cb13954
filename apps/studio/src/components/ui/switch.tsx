import type { ComponentProps } from 'react';

/** A checkbox that looks like a switch. */
export function Switch(props: Omit<ComponentProps<'input'>, 'type' | 'className'>) {
  return (
    <input
      type="checkbox"
      role="switch"
      className="relative h-5 w-9 shrink-0 cursor-pointer appearance-none rounded-full bg-field transition-colors duration-150 before:absolute before:top-0.5 before:left-0.5 before:size-4 before:rounded-full before:bg-white before:shadow-sm before:transition-transform before:duration-150 checked:bg-ink checked:before:translate-x-4 dark:checked:before:bg-black"
      {...props}
    />
  );
}
