import { useQuery, useQueryClient } from '@tanstack/react-query';
import { ChevronDown, Code, SlidersHorizontal } from 'lucide-react';
import { lazy, type SubmitEvent, Suspense, useEffect, useMemo, useRef, useState } from 'react';
import type { ModelDto } from '#sdk';
import { describeForm } from '../api/problems.js';
import { balanceQuery, modelsQuery } from '../api/queries.js';
import { Button } from '../components/ui/button.js';
import { Segmented } from '../components/ui/segmented.js';
import { Skeleton } from '../components/ui/skeleton.js';
import { useMessages } from '../i18n/use-messages.js';
import { MEDIA_TYPES } from '../media/media-type.js';
import { useWorkspace } from '../shell/workspace.js';
import { BrandMenu } from './brand-menu.js';
import { useDraft } from './draft.js';
import { useEnhancement } from './enhancement.js';
import { GenerateButton } from './generate-button.js';
import { type GenerationRequest, useGenerate } from './generate.js';
import { InputControl } from './input-control.js';
import { ModelPicker } from './model-picker.js';
import { ProjectChoice } from './project-choice.js';
import { PresetMenu } from './preset-menu.js';
import { PromptField } from './prompt-field.js';
import { changeValue, fieldsOf, inputFrom, type InputField, type JsonSchema, lacksFile } from './schema-fields.js';
import { Shortage, useMissingCredits } from './shortage.js';
import { takePromise, usePrices } from './use-prices.js';

/** Where the results are on the page. */
export const RESULTS_ID = 'results';

/** The same request twice within this long is one. */
const DOUBLE_SUBMIT_MS = 800;

const SnippetDialog = lazy(() => import('./snippet-dialog.js'));

/** The form: what, with which models, how; and what it costs. */
export function Composer() {
  const t = useMessages();
  const { organization } = useWorkspace();
  const { data: models } = useQuery(modelsQuery);
  const [draft, change] = useDraft(organization.id);
  const types = MEDIA_TYPES.filter((type) => models?.some((model) => model.type === type && model.available));
  return (
    <aside
      aria-label={t('create.composer')}
      className="flex shrink-0 flex-col border-line bg-surface lg:h-full lg:w-[25rem] lg:border-r"
    >
      {models ? (
        <>
          <div className="px-4 pt-4">
            <Segmented
              legend={t('create.kind')}
              value={draft.type}
              onChange={(type) => change({ type })}
              options={types.map((type) => ({ value: type, label: t(`media.${type}`) }))}
            />
          </div>
          <ComposerForm models={models.filter((model) => model.type === draft.type)} />
        </>
      ) : (
        <div className="flex flex-col gap-4 p-4" aria-busy>
          <Skeleton className="h-9" />
          <Skeleton className="h-14" />
          <Skeleton className="h-36" />
          <Skeleton className="h-24" />
        </div>
      )}
    </aside>
  );
}

/** What there is no price for yet: how much is made of a file is known with the file. */
const NONE: readonly GenerationRequest[] = [];

/** Where the API says that a field stands. */
const placeOf = (name: string) => `input/${name.replaceAll('.', '/')}`;

const needsWords = ({ kind, isRequired }: InputField) => kind === 'prompt' && isRequired;

/** The models asked for that can be used, else the first that can. */
function chosenModels(models: readonly ModelDto[], ids: readonly string[] = []): ModelDto[] {
  const usable = models.filter(({ available }) => available);
  const chosen = usable.filter(({ id }) => ids.includes(id));
  return chosen.length > 0 ? chosen : usable.slice(0, 1);
}

function ComposerForm({ models }: { models: readonly ModelDto[] }) {
  const t = useMessages();
  const { organization } = useWorkspace();
  const [draft, change] = useDraft(organization.id);
  const queryClient = useQueryClient();
  const { generate, refusal, forgetRefusal } = useGenerate();
  const [isAskedTooSoon, setIsAskedTooSoon] = useState(false);
  const lastAsked = useRef({ what: '', at: 0 });
  const folded = useRef<HTMLDetailsElement>(null);
  const [showsSnippet, setShowsSnippet] = useState(false);
  const chosen = useMemo(() => chosenModels(models, draft.models[draft.type]), [models, draft.models, draft.type]);
  const forms = useMemo(() => chosen.map(({ inputSchema }) => fieldsOf(inputSchema as JsonSchema)), [chosen]);
  const [fields = []] = forms;
  const requests = useMemo(
    () =>
      chosen.map(({ id, type }, index) => ({
        type,
        model: id,
        input: inputFrom(forms[index] ?? [], draft.prompt, draft.values),
      })),
    [chosen, forms, draft.prompt, draft.values],
  );
  // Some models enlarge or cut out a picture, and ask for no words.
  const isBlank = forms.flat().some(needsWords) && draft.prompt.trim() === '';
  const isWithoutFile = forms.flat().some((field) => lacksFile(field, draft.values));
  const enhancement = useEnhancement({
    prompt: draft.prompt,
    type: draft.type,
    onChange: (prompt) => change({ prompt }),
  });
  const prices = usePrices(organization.id, isWithoutFile ? NONE : requests, isBlank);
  const isShort = useMissingCredits(prices.totalCredits) > 0;

  const submit = (event?: SubmitEvent) => {
    event?.preventDefault();
    if (isBlank || isWithoutFile) {
      setIsAskedTooSoon(true);
      return;
    }
    if (isShort) {
      // What keeps it may be over by now.
      void queryClient.invalidateQueries(balanceQuery(organization.id));
      return;
    }
    // A finger that slips on Enter wants one of it; who wants two waits for the first to be on its way.
    const asked = JSON.stringify(requests);
    if (lastAsked.current.what === asked && Date.now() - lastAsked.current.at < DOUBLE_SUBMIT_MS) return;
    lastAsked.current = { what: asked, at: Date.now() };
    // Asked for with the price that is on the button, when it is for exactly this.
    const projectId = draft.projectId ?? undefined;
    void generate(
      requests.map((request, index) => ({ ...request, ...takePromise(prices.promises[index]), projectId })),
    );
    // On a narrow screen what was asked for appears below the form.
    if (matchMedia('(width < 64rem)').matches) {
      document.getElementById(RESULTS_ID)?.scrollIntoView({ block: 'start', behavior: 'smooth' });
    }
  };

  const setValue = (name: string, value: unknown) => {
    setIsAskedTooSoon(false);
    forgetRefusal();
    change({ values: changeValue(fields, draft.values, name, value) });
  };
  const problem = describeForm(
    t,
    refusal,
    fields.map(({ name }) => placeOf(name)),
  );
  const faultOf = (name: string) => problem.at(placeOf(name));
  const errorOf = (field: InputField) =>
    isAskedTooSoon && lacksFile(field, draft.values) ? t('create.fileMissing') : faultOf(field.name);
  const promptField = fields.find(({ kind }) => kind === 'prompt');
  const foremost = fields.filter(({ kind, isAdvanced }) => kind !== 'prompt' && !isAdvanced);
  const advanced = fields.filter(({ kind, isAdvanced }) => kind !== 'prompt' && isAdvanced);
  const isFaultFolded = advanced.some(({ name }) => faultOf(name));
  useEffect(() => {
    if (isFaultFolded && folded.current) folded.current.open = true;
  }, [isFaultFolded]);
  return (
    <form onSubmit={submit} noValidate className="flex min-h-0 flex-1 flex-col">
      <div className="scroll-quiet flex min-h-0 flex-1 flex-col gap-5 overflow-y-auto px-4 py-4">
        <ModelPicker
          models={models}
          chosen={chosen}
          onChange={(ids) => change({ models: { ...draft.models, [draft.type]: ids } })}
        />
        {forms.length === 0 || promptField ? (
          <PromptField
            value={draft.prompt}
            type={draft.type}
            maxLength={promptField?.kind === 'prompt' ? promptField.maxLength : 4000}
            error={isAskedTooSoon && isBlank ? t('create.promptMissing') : promptField && faultOf(promptField.name)}
            onChange={(prompt) => {
              setIsAskedTooSoon(false);
              forgetRefusal();
              change({ prompt });
            }}
            onSubmit={submit}
            tools={
              <>
                {enhancement.button}
                <PresetMenu request={requests[0]} />
                <BrandMenu prompt={draft.prompt} onChange={(prompt) => change({ prompt })} />
              </>
            }
          />
        ) : null}
        {enhancement.panel}
        <div className="grid grid-cols-2 gap-x-3 gap-y-5">
          {foremost.map((field) => (
            <InputControl
              key={field.name}
              field={field}
              values={draft.values}
              error={errorOf(field)}
              onChange={(value) => setValue(field.name, value)}
            />
          ))}
        </div>
        {advanced.length > 0 ? (
          <details ref={folded} className="group border-t border-line pt-1">
            <summary className="flex h-10 list-none items-center gap-2 rounded-md text-base font-medium text-muted hover:text-ink [&::-webkit-details-marker]:hidden">
              <SlidersHorizontal className="size-4" aria-hidden />
              {t('create.advanced')}
              <ChevronDown className="ml-auto size-4 transition-transform group-open:rotate-180" aria-hidden />
            </summary>
            <div className="grid grid-cols-2 gap-x-3 gap-y-5 pt-3 pb-2">
              {advanced.map((field) => (
                <InputControl
                  key={field.name}
                  field={field}
                  values={draft.values}
                  error={faultOf(field.name)}
                  onChange={(value) => setValue(field.name, value)}
                />
              ))}
            </div>
          </details>
        ) : null}
      </div>
      <div className="bottom-16 z-10 flex flex-col gap-2 border-t border-line bg-surface p-4 tall:max-lg:sticky">
        <ProjectChoice />
        <Shortage price={prices.totalCredits} />
        {isShort || problem.below === undefined ? null : (
          <p role="alert" className="rounded-md bg-bad-soft px-3 py-2.5 text-base text-bad">
            {problem.below}
          </p>
        )}
        <div className="flex gap-2">
          <GenerateButton prices={prices} count={chosen.length} />
          <Button
            size="lg"
            className="w-12 px-0"
            aria-label={t('create.snippet')}
            title={t('create.snippet')}
            onClick={() => setShowsSnippet(true)}
          >
            <Code />
          </Button>
        </div>
      </div>
      {showsSnippet && requests[0] ? (
        <Suspense>
          <SnippetDialog request={requests[0]} onClose={() => setShowsSnippet(false)} />
        </Suspense>
      ) : null}
    </form>
  );
}
