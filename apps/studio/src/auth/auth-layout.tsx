import { Link, Outlet } from '@tanstack/react-router';
import { Languages, MoonStar, Sun } from 'lucide-react';
import { setTheme, useTheme } from '../appearance/theme.js';
import { Button } from '../components/ui/button.js';
import { rememberLanguage, speak } from '../i18n/messages.js';
import { useMessages } from '../i18n/use-messages.js';
import { BrandMark } from '../shell/brand-mark.js';
import hero from '../assets/hero.webp';

/** The pages that lead in: a form, and beside it what it leads to. */
export function AuthLayout() {
  const t = useMessages();
  const { isDark } = useTheme();
  const other = t.language === 'en' ? 'pt-BR' : 'en';
  return (
    <div className="grid min-h-dvh bg-surface lg:grid-cols-[minmax(28rem,1fr)_1.25fr]">
      <div className="flex flex-col px-6 py-6 sm:px-10">
        <header className="flex items-center justify-between">
          <Link to="/login" className="flex items-center gap-2.5 rounded-md" aria-label={t('nav.home')}>
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
        </header>
        <main className="mx-auto flex w-full max-w-sm flex-1 flex-col justify-center py-10">
          <Outlet />
        </main>
      </div>
      <aside className="relative m-3 ml-0 hidden overflow-hidden rounded-xl lg:block">
        <img src={hero} alt="" className="absolute inset-0 size-full object-cover" />
        <div className="absolute inset-x-0 bottom-0 bg-gradient-to-t from-black/80 via-black/45 to-transparent p-10 pt-40 text-white">
          <p className="max-w-lg text-3xl font-semibold tracking-[-0.03em] text-balance">{t('auth.promise')}</p>
          <p className="mt-3 max-w-md text-lg text-white/85">{t('auth.promiseText')}</p>
        </div>
      </aside>
    </div>
  );
}
