import { Link } from '@tanstack/react-router';
import { Languages, MoonStar, Sun } from 'lucide-react';
import { setTheme, useTheme } from '../appearance/theme.js';
import { Button } from '../components/ui/button.js';
import { rememberLanguage, speak } from '../i18n/messages.js';
import { useMessages } from '../i18n/use-messages.js';
import { BrandMark } from './brand-mark.js';

/** What stands above the pages of people who are not signed in: the brand, the other language, the other theme. */
export function EntranceBar({ home }: { home: '/' | '/login' }) {
  const t = useMessages();
  const { isDark } = useTheme();
  const other = t.language === 'en' ? 'pt-BR' : 'en';
  return (
    <>
      <Link to={home} className="flex items-center gap-2.5 rounded-md" aria-label={t('nav.home')}>
        <BrandMark />
        <span className="text-lg font-semibold tracking-[-0.02em]">BASE Studio</span>
      </Link>
      <div className="flex gap-1">
        <Button
          variant="quiet"
          size="sm"
          onClick={() => {
            rememberLanguage(other);
            void speak(other);
          }}
        >
          <Languages aria-hidden />
          <span lang={other}>{other === 'en' ? 'English' : 'Português'}</span>
        </Button>
        <Button
          variant="quiet"
          size="iconSm"
          aria-label={t(isDark ? 'theme.toLight' : 'theme.toDark')}
          onClick={() => setTheme(isDark ? 'light' : 'dark')}
        >
          {isDark ? <Sun /> : <MoonStar />}
        </Button>
      </div>
    </>
  );
}
