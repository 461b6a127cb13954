import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { createGeneratedAsset, type ModelDto } from '#sdk';
import { describeProblem } from '../api/problems.js';
import { assetQuery, modelsQuery } from '../api/queries.js';
import { notify } from '../components/notices.js';
import { useMessages } from '../i18n/use-messages.js';
import type { MediaFile } from '../media/media-file.js';
import { useWorkspace } from '../shell/workspace.js';
import { type Draft, draftOf } from './draft.js';
import { changeValue, fieldsOf, type InputField } from './schema-fields.js';

interface Place {
  model: ModelDto;
  fields: readonly InputField[];
  /** The field that takes the picture. */
  name: string;
}

/** Where a picture can be gone on from: with the model that is chosen if it can, else with the first real one that can. */
export function placeForPicture(
  models: readonly ModelDto[],
  draft: Draft,
  { mimeType }: { mimeType: string },
): Place | undefined {
  const chosen = draft.models[draft.type] ?? [];
  const rank = ({ id, provider }: ModelDto) => (chosen.includes(id) ? 0 : provider === 'sandbox' ? 2 : 1);
  const usable = models.filter(({ available }) => available).toSorted((a, b) => rank(a) - rank(b));
  for (const model of usable) {
    const fields = fieldsOf(model.inputSchema);
    const field = fields.find(
      (each) => each.kind === 'media' && each.maskOf === undefined && each.limits.mimeTypes.includes(mimeType),
    );
    if (field) return { model, fields, name: field.name };
  }
  return undefined;
}

/** Goes on from a generated file, as a reference in the form. @returns undefined where no model here takes it */
export function useRemix(file: MediaFile): { remix: () => void; isPending: boolean } | undefined {
  const t = useMessages();
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const { organization, client, can } = useWorkspace();
  const { data: models = [] } = useQuery(modelsQuery);
  const draft = draftOf(organization.id);
  const place = placeForPicture(models, draft.get(), file);
  const making = useMutation({
    mutationFn: async () =>
      (await createGeneratedAsset({ client, body: { generationId: file.id }, throwOnError: true })).data,
    onSuccess: (asset) => {
      if (!place) return;
      const { model, fields, name } = place;
      const type = model.type;
      queryClient.setQueryData(assetQuery(organization.id, asset.id).queryKey, asset);
      draft.set((known) => ({
        ...known,
        type,
        models: { ...known.models, [type]: [model.id] },
        values: changeValue(fields, known.values, name, [asset.id]),
      }));
      notify(t('recall.referenceDone', { model: model.name }));
      void navigate({ to: '/' });
    },
    onError: (error) => notify(describeProblem(t, error), { tone: 'bad' }),
  });
  if (!place || !can('assets:manage')) return undefined;
  return { remix: () => making.mutate(), isPending: making.isPending };
}
