export { OperatorDoor } from './operator-door.service.js';
export { OperatorsModule } from './operators.module.js';
