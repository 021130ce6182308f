/** A language that definitions can be read of. */
export type Grammar = {
  /** Name of the compiled grammar. */
  wasm: string;
  /** Captures the name of everything that the language lets one define. */
  query: string;
};

/** One definition a kind: `kind (field)`, where the name stands in the field `name` unless said otherwise. */
function named(kinds: string): string {
  return kinds
    .split(' ')
    .map((kind) => `(${kind} name: (_) @name)`)
    .join('\n');
}

const script = `${named('function_declaration generator_function_declaration class_declaration method_definition')}
(program (lexical_declaration (variable_declarator name: (identifier) @name)))
(export_statement (lexical_declaration (variable_declarator name: (identifier) @name)))`;

const typed = `${script}
${named('abstract_class_declaration interface_declaration type_alias_declaration enum_declaration')}
${named('abstract_method_signature function_signature internal_module')}`;

const c = `${named('preproc_function_def')}
(struct_specifier name: (_) @name body: (_))
(union_specifier name: (_) @name body: (_))
(enum_specifier name: (_) @name body: (_))
(type_definition declarator: (type_identifier) @name)
(function_declarator declarator: (identifier) @name)`;

const cpp = `${c}
(class_specifier name: (_) @name body: (_))
${named('namespace_definition')}
(function_declarator declarator: (field_identifier) @name)
(function_declarator declarator: (qualified_identifier name: (_) @name))`;

const go = `${named('function_declaration method_declaration type_spec')}
(source_file (const_declaration (const_spec name: (identifier) @name)))`;

const grammars = {
  typescript: { wasm: 'typescript', query: typed },
  tsx: { wasm: 'tsx', query: typed },
  javascript: { wasm: 'javascript', query: script },
  python: { wasm: 'python', query: named('function_definition class_definition') },
  go: { wasm: 'go', query: go },
  rust: {
    wasm: 'rust',
    query: named(
      'function_item function_signature_item struct_item enum_item union_item trait_item mod_item type_item const_item static_item macro_definition',
    ),
  },
  java: {
    wasm: 'java',
    query: named(
      'class_declaration interface_declaration enum_declaration record_declaration annotation_type_declaration method_declaration constructor_declaration',
    ),
  },
  c: { wasm: 'c', query: c },
  cpp: { wasm: 'cpp', query: cpp },
  ruby: { wasm: 'ruby', query: named('method singleton_method class module') },
  php: {
    wasm: 'php',
    query: named(
      'function_definition method_declaration class_declaration interface_declaration trait_declaration enum_declaration',
    ),
  },
  csharp: {
    wasm: 'c_sharp',
    query: named(
      'class_declaration interface_declaration struct_declaration enum_declaration record_declaration method_declaration constructor_declaration property_declaration delegate_declaration',
    ),
  },
} satisfies Record<string, Grammar>;

const byExtension: Record<string, Grammar> = Object.fromEntries(
  (
    [
      ['ts mts cts', grammars.typescript],
      ['tsx', grammars.tsx],
      ['js mjs cjs jsx', grammars.javascript],
      ['py pyi', grammars.python],
      ['go', grammars.go],
      ['rs', grammars.rust],
      ['java', grammars.java],
      ['c h', grammars.c],
      ['cc cpp cxx hh hpp hxx', grammars.cpp],
      ['rb rake', grammars.ruby],
      ['php', grammars.php],
      ['cs', grammars.csharp],
    ] as const
  ).flatMap(([extensions, grammar]) => extensions.split(' ').map((extension) => [extension, grammar])),
);

/** The grammar for a file, by the extension of its name. */
export function grammarOf(path: string): Grammar | undefined {
  const extension = /\.([a-z]+)$/i.exec(path)?.[1]?.toLowerCase() ?? '';
  return Object.hasOwn(byExtension, extension) ? byExtension[extension] : undefined;
}
