import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { Check } from 'lucide-react';
import { useState } from 'react';
import { type AssetDto, createGeneratedAsset } from '#sdk';
import { describeProblem } from '../api/problems.js';
import { assetQuery, assetsKey, assetsQuery, galleryQuery } from '../api/queries.js';
import type { UploadLimits } from '../api/uploads.js';
import { Button } from '../components/ui/button.js';
import { Dialog } from '../components/ui/dialog.js';
import { Segmented } from '../components/ui/segmented.js';
import { useMessages } from '../i18n/use-messages.js';
import type { MediaType } from '../media/media-type.js';
import { nameOf } from '../media/open-label.js';
import { useWorkspace } from '../shell/workspace.js';
import { type Pickable, PickGrid } from './pick-grid.js';

interface AssetPickerProps {
  media: MediaType;
  limits: UploadLimits;
  /** So many may be chosen. */
  room: number;
  onPick: (assets: readonly AssetDto[]) => void;
  onClose: () => void;
}

const SOURCES = ['gallery', 'uploads'] as const;
type Source = (typeof SOURCES)[number];
/** A chosen file, and where it is from: what was generated becomes an upload when it is used. */
type Choice = Pickable & { source: Source };

/** What was made, or uploaded before. One is taken at once; of several, those that were marked. */
export default function AssetPicker({ media, limits, room, onPick, onClose }: AssetPickerProps) {
  const t = useMessages();
  const queryClient = useQueryClient();
  const { organization, client } = useWorkspace();
  const [source, setSource] = useState<Source>('gallery');
  const [chosen, setChosen] = useState<readonly Choice[]>([]);
  const using = useMutation({
    mutationFn: async (choices: readonly Choice[]): Promise<AssetDto[]> => {
      const assets: AssetDto[] = [];
      for (const { id, source: from } of choices) {
        assets.push(
          from === 'uploads'
            ? await queryClient.query(assetQuery(organization.id, id))
            : (await createGeneratedAsset({ client, body: { generationId: id }, throwOnError: true })).data,
        );
      }
      return assets;
    },
    onSuccess: (assets) => {
      for (const asset of assets) queryClient.setQueryData(assetQuery(organization.id, asset.id).queryKey, asset);
      void queryClient.invalidateQueries({ queryKey: [...assetsKey(organization.id), 'list'] });
      onPick(assets);
      onClose();
    },
  });
  const pick = (item: Pickable) => {
    const choice = { ...item, source };
    if (room === 1) using.mutate([choice]);
    else if (chosen.some(({ id }) => id === item.id)) setChosen(chosen.filter(({ id }) => id !== item.id));
    else if (chosen.length < room) setChosen([...chosen, choice]);
  };
  const Files = source === 'gallery' ? GeneratedFiles : Uploads;
  return (
    <Dialog open onOpenChange={onClose} title={t('picker.title')} className="sm:w-[40rem]">
      <Segmented
        legend={t('picker.source')}
        value={source}
        onChange={setSource}
        options={SOURCES.map((value) => ({ value, label: t(`picker.${value}`) }))}
      />
      <Files media={media} limits={limits} chosen={new Set(chosen.map(({ id }) => id))} onPick={pick} />
      {using.isError ? (
        <p role="alert" className="mt-3 text-sm text-bad">
          {describeProblem(t, using.error)}
        </p>
      ) : null}
      {room > 1 ? (
        <Button
          variant="primary"
          className="sticky bottom-0 mt-4 w-full"
          disabled={chosen.length === 0 || using.isPending}
          onClick={() => using.mutate(chosen)}
        >
          <Check aria-hidden />
          {t('picker.use', { count: chosen.length, most: room })}
        </Button>
      ) : null}
    </Dialog>
  );
}

interface FilesProps {
  media: MediaType;
  limits: UploadLimits;
  chosen: ReadonlySet<string>;
  onPick: (item: Pickable) => void;
}

const fits = ({ mimeType, bytes }: { mimeType: string; bytes: number }, { mimeTypes, maxBytes }: UploadLimits) =>
  mimeTypes.includes(mimeType) && bytes <= (maxBytes ?? Number.POSITIVE_INFINITY);

function Uploads({ media, limits, ...props }: FilesProps) {
  const { organization } = useWorkspace();
  const list = useInfiniteQuery(assetsQuery(organization.id, media));
  const files = list.data?.pages.flatMap(({ data }) => data.filter((file) => fits(file, limits)));
  return <PickGrid items={files} list={list} {...props} />;
}

function GeneratedFiles({ media, limits, ...props }: FilesProps) {
  const t = useMessages();
  const { organization } = useWorkspace();
  const list = useInfiniteQuery(galleryQuery(organization.id, { type: media }));
  const files = list.data?.pages.flatMap(({ data }) =>
    data.filter((file) => fits(file, limits)).map((file) => ({ ...file, name: nameOf(t, file) })),
  );
  return <PickGrid items={files} list={list} {...props} />;
}
