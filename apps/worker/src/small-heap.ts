import { setFlagsFromString } from 'node:v8';

// What a job leaves behind outlives the young generation, and V8 lets the heap grow to several times of what is in use
// before it looks there. Collecting whenever it has grown by a quarter costs a worker little and keeps it small. Imported
// before everything else: a limit holds from the first collection after it was set.
setFlagsFromString('--heap-growing-percent=25');
