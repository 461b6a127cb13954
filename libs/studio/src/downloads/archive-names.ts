/** A file as an archive names it. */
export interface NamedFile {
  type: string;
  model: string;
  prompt: string | null;
  projectName: string | null;
  storagePath: string;
  createdAt: Date;
}

const MAX_WORDS_LENGTH = 60;

/**
 * The paths of files in an archive: `<project>/<day>-<model>-<prompt>.<extension>`, in plain ASCII that every unpacker
 * reads. The folder is left out when no file is in a project; equal names are numbered.
 */
export function archiveNames(files: NamedFile[]): string[] {
  const hasProjects = files.some(({ projectName }) => projectName !== null);
  const taken = new Map<string, number>();
  return files.map((file) => {
    const folder = hasProjects ? `${words(file.projectName ?? '') || 'no-project'}/` : '';
    const parts = [
      file.createdAt.toISOString().slice(0, 10),
      modelName(file.model),
      words(file.prompt ?? '') || file.type,
    ];
    const stem = folder + parts.join('-');
    const count = (taken.get(stem) ?? 0) + 1;
    taken.set(stem, count);
    return `${stem}${count > 1 ? `-${count}` : ''}.${extension(file.storagePath)}`;
  });
}

/** `Raposas na neve, aquarela` → `raposas-na-neve-aquarela`; cut between words. */
export function words(text: string): string {
  const plain = text
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  if (plain.length <= MAX_WORDS_LENGTH) return plain;
  const cut = plain.slice(0, MAX_WORDS_LENGTH + 1);
  return cut.slice(0, Math.max(cut.lastIndexOf('-'), 0)) || plain.slice(0, MAX_WORDS_LENGTH);
}

function modelName(model: string): string {
  return words(model.slice(model.lastIndexOf('/') + 1)) || 'model';
}

function extension(path: string): string {
  return /\.([a-z0-9]{1,8})$/.exec(path)?.[1] ?? 'bin';
}
