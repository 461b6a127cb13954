import type { ReactNode, SubmitEvent } from 'react';
import { Button } from '../components/ui/button.js';

interface AuthFormProps {
  title: string;
  text?: ReactNode;
  submit: string;
  isPending: boolean;
  /** What the server said and no field shows. */
  problem: string | undefined;
  onSubmit: (event: SubmitEvent<HTMLFormElement>) => void;
  footer?: ReactNode;
  children?: ReactNode;
}

/** The frame of every form that leads in. */
export function AuthForm({ title, text, submit, isPending, problem, onSubmit, footer, children }: AuthFormProps) {
  return (
    <form noValidate onSubmit={onSubmit} className="flex flex-col gap-5">
      <title>{`${title} · BASE Studio`}</title>
      <div className="mb-1 flex flex-col gap-2">
        <h1 className="text-2xl font-semibold tracking-[-0.025em]">{title}</h1>
        {text ? <p className="text-lg text-muted">{text}</p> : null}
      </div>
      {children}
      {problem === undefined ? null : (
        <p role="alert" className="rounded-md bg-bad-soft px-3 py-2.5 text-base text-bad">
          {problem}
        </p>
      )}
      <Button type="submit" variant="primary" size="lg" disabled={isPending} aria-busy={isPending}>
        {submit}
      </Button>
      {footer ? <div className="text-base text-muted">{footer}</div> : null}
    </form>
  );
}

export const linkStyle =
  'font-medium text-ink underline decoration-line-strong decoration-1 underline-offset-4 hover:decoration-ink';
