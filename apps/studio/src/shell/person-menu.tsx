import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Keyboard, LogOut, UserRound } from 'lucide-react';
import { logout } from '#sdk';
import { personClient } from '../api/clients.js';
import { session } from '../api/session.js';
import { setTheme, type Theme, THEMES, useTheme } from '../appearance/theme.js';
import { Menu, MenuChoice, MenuChoices, MenuItem, MenuSeparator } from '../components/ui/menu.js';
import { LANGUAGES, type Language, rememberLanguage, speak } from '../i18n/messages.js';
import { useMessages } from '../i18n/use-messages.js';
import { LANGUAGE_NAMES } from './language-names.js';
import { RoomItems } from './room-items.js';
import { useWorkspace } from './workspace.js';

/** The person: account, look and language, the way out. */
export function PersonMenu({ onShortcuts }: { onShortcuts: () => void }) {
  const t = useMessages();
  const { theme } = useTheme();
  const navigate = useNavigate();
  const { user } = useWorkspace();
  const signOut = useMutation({
    mutationFn: () => logout({ client: personClient }),
    // Signed out here in any case; a session that could not be told ends by itself.
    onSettled: () => {
      session.end('signed-out');
      void navigate({ to: '/login' });
    },
  });
  return (
    <Menu
      trigger={
        <button
          type="button"
          className="grid size-9 place-items-center rounded-full bg-ink text-sm font-semibold text-on-ink"
        >
          <span aria-hidden>{initials(user.name)}</span>
          <span className="sr-only">{t('person.menu', { name: user.name })}</span>
        </button>
      }
      className="w-64"
    >
      <div className="px-2.5 py-2">
        <p className="truncate font-medium">{user.name}</p>
        <p className="truncate text-sm text-muted">{user.email}</p>
      </div>
      <MenuItem onClick={() => void navigate({ to: '/account' })}>
        <UserRound aria-hidden />
        {t('person.account')}
      </MenuItem>
      <MenuItem className="max-lg:hidden" onClick={onShortcuts}>
        <Keyboard aria-hidden />
        {t('person.shortcuts')}
      </MenuItem>
      <MenuSeparator />
      {user.isOperator ? <RoomItems area="platform" label="nav.platform" /> : null}
      <MenuChoices label={t('person.theme')} value={theme} onChange={(next) => setTheme(next as Theme)}>
        {THEMES.map((option) => (
          <MenuChoice key={option} value={option}>
            {t(`theme.${option}`)}
          </MenuChoice>
        ))}
      </MenuChoices>
      <MenuChoices
        label={t('person.language')}
        value={t.language}
        onChange={(next) => {
          rememberLanguage(next as Language);
          void speak(next as Language);
        }}
      >
        {LANGUAGES.map((language) => (
          <MenuChoice key={language} value={language}>
            <span lang={language}>{LANGUAGE_NAMES[language]}</span>
          </MenuChoice>
        ))}
      </MenuChoices>
      <MenuSeparator />
      <MenuItem onClick={() => signOut.mutate()}>
        <LogOut aria-hidden />
        {t('person.signOut')}
      </MenuItem>
    </Menu>
  );
}

function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined].map(
    (word) => Array.from(word ?? '')[0] ?? '',
  );
  return letters.join('').toUpperCase();
}
