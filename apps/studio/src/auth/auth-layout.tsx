import { Outlet } from '@tanstack/react-router';
import { useMessages } from '../i18n/use-messages.js';
import { EntranceBar } from '../shell/entrance-bar.js';
import hero from '../assets/hero.webp';

/** The pages that lead in: a form, and beside it what it leads to. */
export function AuthLayout() {
  const t = useMessages();
  return (
    <div className="grid min-h-dvh bg-surface lg:grid-cols-[minmax(28rem,1fr)_1.25fr]">
      <div className="flex flex-col px-6 py-6 sm:px-10">
        <header className="flex flex-wrap items-center justify-between gap-x-4">
          <EntranceBar home="/login" />
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
