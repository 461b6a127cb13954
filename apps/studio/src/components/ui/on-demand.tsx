import { cloneElement, type ReactElement } from 'react';

/**
 * The button of something that is loaded when it is first needed: it looks and speaks as it will later, and the
 * loading begins when the pointer or the focus arrives.
 */
export function sleepingTrigger(
  trigger: ReactElement,
  about: { opens: 'menu' | 'dialog'; load: () => unknown; open: () => void },
): ReactElement {
  const prepare = () => void about.load();
  return cloneElement(trigger as ReactElement<React.ComponentProps<'button'>>, {
    'aria-haspopup': about.opens,
    'aria-expanded': false,
    onPointerEnter: prepare,
    onFocus: prepare,
    onClick: about.open,
  });
}
