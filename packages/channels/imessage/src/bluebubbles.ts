export { classifyBlueBubbles } from './classify.ts'
