/**
 * What became of a job after a step of it. `over`: it has ended, or is somebody else's by now; `parked`: its row says when
 * its provider is asked again; else a message is to come back for it.
 */
export type StepOutcome = 'over' | 'parked' | { again: { afterMs: number } };
