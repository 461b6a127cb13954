import { Check, Copy } from 'lucide-react';
import { useState } from 'react';
import { API_URL } from '../api/api-url.js';
import { Button } from '../components/ui/button.js';
import { Dialog } from '../components/ui/dialog.js';
import { Segmented } from '../components/ui/segmented.js';
import { useMessages } from '../i18n/use-messages.js';
import { copyText } from '../state/clipboard.js';
import type { GenerationRequest } from './generate.js';
import { snippet, SNIPPET_LANGUAGES, type SnippetLanguage } from './snippet.js';

const NAMES: Record<SnippetLanguage, string> = { curl: 'curl', typescript: 'TypeScript', python: 'Python' };

/** The form as code: what a button does once, a program does a thousand times. */
export default function SnippetDialog({ request, onClose }: { request: GenerationRequest; onClose: () => void }) {
  const t = useMessages();
  const [language, setLanguage] = useState<SnippetLanguage>('curl');
  const [copied, setCopied] = useState<string>();
  const code = snippet(language, API_URL, { model: request.model, input: request.input });
  const copy = async () => {
    await copyText(code);
    setCopied(code);
  };
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={t('snippet.title')}
      description={t('snippet.text')}
      className="sm:w-[44rem]"
    >
      <div className="flex flex-wrap items-center justify-between gap-3">
        <Segmented
          legend={t('snippet.language')}
          value={language}
          onChange={setLanguage}
          options={SNIPPET_LANGUAGES.map((value) => ({ value, label: NAMES[value] }))}
        />
        <Button size="sm" onClick={() => void copy()}>
          {copied === code ? <Check aria-hidden /> : <Copy aria-hidden />}
          <span aria-live="polite">{t(copied === code ? 'action.copied' : 'action.copy')}</span>
        </Button>
      </div>
      <pre
        tabIndex={0}
        aria-label={NAMES[language]}
        className="scroll-quiet mt-3 max-h-[50dvh] overflow-auto rounded-lg bg-sunken p-4 font-mono text-sm leading-relaxed"
      >
        {code}
      </pre>
    </Dialog>
  );
}
