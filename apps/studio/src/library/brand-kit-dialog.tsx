import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Plus, Trash2, X } from 'lucide-react';
import { useState } from 'react';
import { useFieldArray, useForm } from 'react-hook-form';
import { type BrandKitDto, createBrandKit, deleteBrandKit, updateBrandKit } from '#sdk';
import { describeForm, describeProblem } from '../api/problems.js';
import { libraryKey } from '../api/queries.js';
import { acceptOf, IMAGE_UPLOAD } from '../api/uploads.js';
import { useUploads } from '../api/use-uploads.js';
import { AskFirst } from '../components/ask-first.js';
import { Button, buttonStyle } from '../components/ui/button.js';
import { Dialog } from '../components/ui/dialog.js';
import { Field, FormFault } from '../components/ui/field.js';
import { Input, Textarea } from '../components/ui/input.js';
import { useMessages } from '../i18n/use-messages.js';
import { useWorkspace } from '../shell/workspace.js';

interface BrandForm {
  name: string;
  tone: string;
  keywords: string;
  fonts: string;
  guidelines: string;
  colors: { name: string; value: string }[];
}

const FIELDS = ['name', 'tone', 'keywords', 'fonts', 'guidelines', 'colors', 'logoAssetId'] as const;
const MOST_COLORS = 12;
const listOf = (text: string) => [
  ...new Set(
    text
      .split(',')
      .map((part) => part.trim())
      .filter(Boolean),
  ),
];

/** How a brand looks and speaks. */
export default function BrandKitDialog({ kit, onClose }: { kit: BrandKitDto | undefined; onClose: () => void }) {
  const t = useMessages();
  const queryClient = useQueryClient();
  const { organization, client } = useWorkspace();
  const [logo, setLogo] = useState({ id: kit?.logoAssetId ?? null, url: kit?.logoUrl ?? null });
  const uploads = useUploads(IMAGE_UPLOAD, ([asset]) => asset && setLogo({ id: asset.id, url: asset.url }));
  const { register, control, handleSubmit, formState } = useForm<BrandForm>({
    defaultValues: {
      name: kit?.name ?? '',
      tone: kit?.tone ?? '',
      keywords: kit?.keywords.join(', ') ?? '',
      fonts: kit?.fonts.map(({ family }) => family).join(', ') ?? '',
      guidelines: kit?.guidelines ?? '',
      colors: kit?.colors ?? [{ name: '', value: '#F05A28' }],
    },
  });
  const colors = useFieldArray({ control, name: 'colors' });
  const refresh = () => queryClient.invalidateQueries({ queryKey: libraryKey(organization.id, 'brand-kits') });
  const saving = useMutation({
    mutationFn: async (form: BrandForm) => {
      const roles = new Map(kit?.fonts.map(({ family, role }) => [family, role]));
      const body = {
        name: form.name,
        tone: form.tone,
        guidelines: form.guidelines,
        keywords: listOf(form.keywords),
        fonts: listOf(form.fonts).map((family) => ({ family, role: roles.get(family) ?? t('brand.fontRole') })),
        colors: form.colors.map(({ name, value }) => ({ name: name.trim() || value, value })),
        logoAssetId: logo.id,
      };
      if (kit) await updateBrandKit({ client, path: { brandKitId: kit.id }, body, throwOnError: true });
      else await createBrandKit({ client, body, throwOnError: true });
    },
    onSuccess: async () => {
      await refresh();
      onClose();
    },
  });
  const removal = useMutation({
    mutationFn: (brandKitId: string) => deleteBrandKit({ client, path: { brandKitId }, throwOnError: true }),
    onSuccess: async () => {
      await refresh();
      onClose();
    },
  });
  const problem = describeForm(t, saving.error, FIELDS);
  const error = (field: keyof BrandForm) => formState.errors[field]?.message ?? problem.at(field);
  return (
    <Dialog open onOpenChange={onClose} title={t(kit ? 'brand.edit' : 'brand.new')} className="sm:w-[36rem]">
      <form
        noValidate
        className="flex flex-col gap-5"
        onSubmit={(event) => void handleSubmit((form) => saving.mutate(form))(event)}
      >
        <Field label={t('brand.name')} error={error('name')}>
          {(field) => (
            <Input
              {...field}
              autoComplete="off"
              maxLength={120}
              {...register('name', { validate: (name) => name.trim() !== '' || t('field.required') })}
            />
          )}
        </Field>
        <fieldset className="flex flex-col gap-2">
          <legend className="mb-1.5 text-sm font-medium">{t('brand.colors')}</legend>
          {colors.fields.map((color, index) => (
            <div key={color.id} className="flex items-center gap-2">
              <input
                type="color"
                aria-label={t('brand.colorValue', { number: index + 1 })}
                className="size-10 shrink-0 cursor-pointer rounded-md border border-line bg-surface p-1"
                {...register(`colors.${index}.value`)}
              />
              <Input
                className="h-10!"
                aria-label={t('brand.colorName', { number: index + 1 })}
                placeholder={t('brand.colorExample')}
                autoComplete="off"
                maxLength={60}
                {...register(`colors.${index}.name`)}
              />
              <Button
                variant="quiet"
                size="icon"
                aria-label={t('brand.colorRemove', { number: index + 1 })}
                onClick={() => colors.remove(index)}
              >
                <X />
              </Button>
            </div>
          ))}
          {colors.fields.length < MOST_COLORS ? (
            <Button
              variant="quiet"
              size="sm"
              className="self-start"
              onClick={() => colors.append({ name: '', value: '#1B1B1F' })}
            >
              <Plus aria-hidden />
              {t('brand.colorAdd')}
            </Button>
          ) : null}
          <FormFault>{error('colors')}</FormFault>
        </fieldset>
        <Field label={t('brand.tone')} hint={t('brand.toneHint')} error={error('tone')}>
          {(field) => <Textarea {...field} rows={2} maxLength={500} {...register('tone')} />}
        </Field>
        <Field label={t('brand.keywords')} hint={t('brand.commas')} error={error('keywords')}>
          {(field) => <Input {...field} autoComplete="off" {...register('keywords')} />}
        </Field>
        <Field label={t('brand.fonts')} hint={t('brand.commas')} error={error('fonts')}>
          {(field) => <Input {...field} autoComplete="off" {...register('fonts')} />}
        </Field>
        <Field label={t('brand.guidelines')} hint={t('brand.guidelinesHint')} error={error('guidelines')}>
          {(field) => <Textarea {...field} rows={3} maxLength={8000} {...register('guidelines')} />}
        </Field>
        <div className="flex flex-col gap-1.5">
          <span className="text-sm font-medium">{t('brand.logo')}</span>
          <div className="flex items-center gap-3">
            <span className="grid h-14 w-24 place-items-center overflow-hidden rounded-md bg-sunken">
              {logo.url ? <img src={logo.url} alt={t('brand.logo')} className="size-full object-contain p-1" /> : null}
            </span>
            <label className={buttonStyle({ size: 'sm', className: 'cursor-pointer has-focus-visible:outline-2' })}>
              {t('brand.logoChoose')}
              <input
                type="file"
                className="sr-only"
                accept={acceptOf(IMAGE_UPLOAD)}
                onChange={(event) => uploads.take(Array.from(event.target.files ?? []))}
              />
            </label>
            {logo.id ? (
              <Button size="sm" variant="quiet" onClick={() => setLogo({ id: null, url: null })}>
                {t('brand.logoRemove')}
              </Button>
            ) : null}
          </div>
          <FormFault>{uploads.fault ?? problem.at('logoAssetId')}</FormFault>
        </div>
        <FormFault>{removal.error ? describeProblem(t, removal.error) : problem.below}</FormFault>
        <div className="flex gap-2">
          <Button type="submit" variant="primary" className="flex-1" disabled={saving.isPending || uploads.isUploading}>
            {t('action.save')}
          </Button>
          {kit ? (
            <AskFirst
              title={t('library.deleteTitle', { name: kit.name })}
              text={t('brand.deleteText')}
              action={t('gallery.delete')}
              onConfirm={() => removal.mutate(kit.id)}
            >
              {(ask) => (
                <Button variant="danger" disabled={removal.isPending} onClick={ask}>
                  <Trash2 aria-hidden />
                  {t('gallery.delete')}
                </Button>
              )}
            </AskFirst>
          ) : null}
        </div>
      </form>
    </Dialog>
  );
}
