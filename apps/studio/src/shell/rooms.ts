import { ChartNoAxesColumn, Folders, Images, Library, type LucideIcon, Sparkles } from 'lucide-react';
import type { MessageId } from '../i18n/messages.js';
import type { Workspace } from './workspace.js';

/** A page of the Studio that the navigation leads to. */
export interface Room {
  to: '/' | '/gallery' | '/projects' | '/library' | '/usage';
  label: MessageId;
  icon: LucideIcon;
  /** Left out: everybody may enter. */
  mayEnter?: (workspace: Workspace) => boolean;
}

/**
 * Where there is to go, by whom it is for. A page enters the navigation here and nowhere else: creators' rooms are in
 * the header, the organization's in the menu of its name, the operators' in the person's menu, and none is shown to
 * whom it is closed.
 */
export const ROOMS: Readonly<Record<'studio' | 'organization' | 'platform', readonly Room[]>> = {
  studio: [
    { to: '/', label: 'nav.create', icon: Sparkles },
    { to: '/gallery', label: 'nav.gallery', icon: Images },
    { to: '/projects', label: 'nav.projects', icon: Folders },
    { to: '/library', label: 'nav.library', icon: Library },
    { to: '/usage', label: 'nav.usage', icon: ChartNoAxesColumn },
  ],
  organization: [{ to: '/usage', label: 'nav.usage', icon: ChartNoAxesColumn }],
  platform: [],
};

/** The rooms that are open to the person. */
export function openRooms(area: keyof typeof ROOMS, workspace: Workspace): readonly Room[] {
  return ROOMS[area].filter(({ mayEnter }) => mayEnter?.(workspace) ?? true);
}
