/** What the control of a field gets, whatever its kind. */
export interface ControlProps {
  label: string;
  error: string | undefined;
  value: unknown;
  onChange: (value: unknown) => void;
}
