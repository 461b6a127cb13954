export const SIGNAL_BUS = Symbol('SignalBus');
