/** The refusals of a code that somebody signed in is asked for again: the fault of its field. */
export const CODE_REFUSALS = { 'auth.code_required': 'code', 'auth.code_wrong': 'code' } as const;
