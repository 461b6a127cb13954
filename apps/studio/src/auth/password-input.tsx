import { Eye, EyeOff } from 'lucide-react';
import { type ComponentProps, useState } from 'react';
import { Button } from '../components/ui/button.js';
import { Input } from '../components/ui/input.js';
import { useMessages } from '../i18n/use-messages.js';

/** A password that can be looked at before it is sent. */
export function PasswordInput(props: ComponentProps<'input'>) {
  const t = useMessages();
  const [isShown, setIsShown] = useState(false);
  return (
    <div className="relative">
      <Input {...props} type={isShown ? 'text' : 'password'} className="pr-11" />
      <Button
        variant="quiet"
        size="iconSm"
        className="absolute top-1.5 right-1.5"
        aria-label={t(isShown ? 'auth.hidePassword' : 'auth.showPassword')}
        aria-pressed={isShown}
        onClick={() => setIsShown(!isShown)}
      >
        {isShown ? <EyeOff /> : <Eye />}
      </Button>
    </div>
  );
}
