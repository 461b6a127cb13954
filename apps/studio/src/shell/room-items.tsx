import { useNavigate } from '@tanstack/react-router';
import { MenuGroup, MenuItem, MenuSeparator } from '../components/ui/menu.js';
import type { MessageId } from '../i18n/messages.js';
import { useMessages } from '../i18n/use-messages.js';
import { openRooms, type ROOMS } from './rooms.js';
import { useWorkspace } from './workspace.js';

/** The rooms of an area as a part of a menu; nothing at all where none is open. */
export function RoomItems({ area, label }: { area: keyof typeof ROOMS; label: MessageId }) {
  const t = useMessages();
  const navigate = useNavigate();
  const rooms = openRooms(area, useWorkspace());
  if (rooms.length === 0) return null;
  return (
    <>
      <MenuGroup label={t(label)}>
        {rooms.map((room) => (
          <MenuItem key={room.to} onClick={() => void navigate({ to: room.to })}>
            <room.icon aria-hidden />
            {t(room.label)}
          </MenuItem>
        ))}
      </MenuGroup>
      <MenuSeparator />
    </>
  );
}
