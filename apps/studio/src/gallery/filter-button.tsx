import { useQuery } from '@tanstack/react-query';
import { ListFilter } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { membersQuery, modelsQuery, projectsQuery } from '../api/queries.js';
import { Button } from '../components/ui/button.js';
import { Field } from '../components/ui/field.js';
import { Input, Select } from '../components/ui/input.js';
import { Popover } from '../components/ui/popover.js';
import { useMessages } from '../i18n/use-messages.js';
import { useWorkspace } from '../shell/workspace.js';
import { FILTERS, type GallerySearch } from './gallery-search.js';

interface FilterButtonProps {
  search: GallerySearch;
  hasProject: boolean;
  onChange: (part: Partial<GallerySearch>) => void;
}

/** The filters that are seldom needed, and how many of them are set. */
export function FilterButton(props: FilterButtonProps) {
  const t = useMessages();
  const [isOpen, setIsOpen] = useState(false);
  const count = FILTERS.filter((name) => props.search[name] !== undefined).length;
  return (
    <Popover
      title={t('filter.title')}
      open={isOpen}
      onOpenChange={setIsOpen}
      trigger={
        <Button
          variant="quiet"
          size="icon"
          className={count > 0 ? 'w-auto! bg-hover px-2.5' : ''}
          aria-label={t('filter.label', { count })}
          title={t('filter.title')}
        >
          <ListFilter />
          {count > 0 ? <span className="text-sm tabular-nums">{count}</span> : null}
        </Button>
      }
    >
      <Filters {...props} count={count} />
    </Popover>
  );
}

function Filters({ search, hasProject, onChange, count }: FilterButtonProps & { count: number }) {
  const t = useMessages();
  const { organization } = useWorkspace();
  const { data: models = [] } = useQuery(modelsQuery);
  const { data: members = [] } = useQuery(membersQuery(organization.id));
  const { data: projects = [] } = useQuery(projectsQuery(organization.id));
  const usable = models.filter(({ available, id }) => available || id === search.model);
  return (
    <div className="flex flex-col gap-4">
      {hasProject ? null : (
        <Choice
          label={t('filter.project')}
          value={search.project}
          onChange={(project) => onChange({ project })}
          options={projects.map(({ id, name }) => [id, name])}
        />
      )}
      <Choice
        label={t('filter.model')}
        value={search.model}
        onChange={(model) => onChange({ model })}
        options={usable.map(({ id, name }) => [id, name])}
      />
      {members.length > 1 ? (
        <Choice
          label={t('filter.member')}
          value={search.member}
          onChange={(member) => onChange({ member })}
          options={members.map(({ userId, name }) => [userId, name])}
        />
      ) : null}
      <div className="grid grid-cols-2 gap-3">
        {(['from', 'to'] as const).map((end) => (
          <Field key={end} label={t(`filter.${end}`)}>
            {(control) => (
              <Input
                {...control}
                type="date"
                className="h-10! px-2.5!"
                value={search[end] ?? ''}
                onChange={(event) => onChange({ [end]: event.target.value || undefined })}
              />
            )}
          </Field>
        ))}
      </div>
      {count > 0 ? (
        <Button size="sm" onClick={() => onChange(Object.fromEntries(FILTERS.map((name) => [name, undefined])))}>
          {t('filter.clear')}
        </Button>
      ) : null}
    </div>
  );
}

interface ChoiceProps {
  label: ReactNode & string;
  value: string | undefined;
  onChange: (value: string | undefined) => void;
  options: readonly (readonly [value: string, name: string])[];
}

function Choice({ label, value, onChange, options }: ChoiceProps) {
  const t = useMessages();
  return (
    <Field label={label}>
      {(control) => (
        <Select {...control} value={value ?? ''} onChange={(event) => onChange(event.target.value || undefined)}>
          <option value="">{t('filter.any')}</option>
          {options.map(([id, name]) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </Select>
      )}
    </Field>
  );
}
