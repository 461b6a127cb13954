export const LIBRARY_TABS = ['templates', 'presets', 'brand', 'uploads', 'links'] as const;
export type LibraryTab = (typeof LIBRARY_TABS)[number];
