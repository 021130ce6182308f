import { doneTool } from './done.ts';
import { editTool } from './edit.ts';
import { listTool } from './list.ts';
import { readTool } from './read.ts';
import { runTool } from './run.ts';
import { searchTool } from './search.ts';
import type { Tool } from './tool.ts';
import { writeTool } from './write.ts';

/** In this order they are offered: for a weak model the order alone decides which one it calls. */
export const allTools: readonly Tool[] = [
  readTool,
  editTool,
  writeTool,
  searchTool,
  listTool,
  runTool,
  doneTool,
];
