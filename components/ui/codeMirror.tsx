"use client";

import { javascript } from "@codemirror/lang-javascript";
import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { tags } from "@lezer/highlight";
import { basicSetup, EditorView } from "codemirror";
import { useEffect, useEffectEvent, useRef } from "react";

type Extension = ReturnType<typeof EditorView.updateListener.of>;

type CodeMirrorProps = {
  value: string;
  onChange: (value: string) => void;
  labelledBy: string;
  describedBy: string;
};

/** CodeMirror in the page's own colours. Loaded by codeEditor.tsx alone. */
export default function CodeMirror({ value, onChange, labelledBy, describedBy }: CodeMirrorProps) {
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const tell = useEffectEvent((text: string) => onChange(text));
  const open = useEffectEvent((parent: HTMLElement, listener: Extension): EditorView => {
    return new EditorView({ parent, doc: value, extensions: [...extensions(), listener] });
  });

  useEffect(() => {
    if (place.current === null) return;
    const listener = EditorView.updateListener.of((update) => {
      if (update.docChanged) tell(update.state.doc.toString());
    });
    const made = open(place.current, listener);
    view.current = made;
    return () => made.destroy();
  }, []);

  useEffect(() => {
    const editor = view.current;
    if (editor === null || editor.state.doc.toString() === value) return;
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: value } });
  }, [value]);

  useEffect(() => {
    const content = view.current?.contentDOM;
    content?.setAttribute("aria-labelledby", labelledBy);
    if (describedBy === "") content?.removeAttribute("aria-describedby");
    else content?.setAttribute("aria-describedby", describedBy);
  }, [labelledBy, describedBy]);

  return <div ref={place} />;
}

const extensions = () => [
  basicSetup,
  javascript(),
  syntaxHighlighting(colours),
  look,
  EditorView.lineWrapping,
  replacing,
  EditorView.cspNonce.of(nonceOfPage()),
];

/**
 * Text that takes the place of a selection. Left to itself Chrome first gives it the look of what it replaces, as an
 * inline style, which the policy forbids and the console complains of. Otherwise as CodeMirror does it.
 */
const replacing = EditorView.domEventHandlers({
  beforeinput(event, view) {
    const { data: text, inputType, isComposing } = event;
    // The document's selection counts: CodeMirror may not know it yet, and the event tells no range if all is selected.
    const selected = document.getSelection();
    const range = selected !== null && selected.rangeCount > 0 ? selected.getRangeAt(0) : null;
    if (inputType !== "insertText" || text === null || isComposing || range === null || range.collapsed) return false;
    event.preventDefault();
    const from = view.posAtDOM(range.startContainer, range.startOffset);
    const to = view.posAtDOM(range.endContainer, range.endOffset);
    const lines = view.state.toText(text);
    const selection = { anchor: from + lines.length };
    const insert = () =>
      view.state.update({ changes: { from, to, insert: lines }, selection, userEvent: "input.type", scrollIntoView: true });
    const isTaken = view.state.facet(EditorView.inputHandler).some((handle) => handle(view, from, to, text, insert));
    if (!isTaken) view.dispatch(insert());
    return true;
  },
});

/** The policy lets in only styles that carry it. */
const nonceOfPage = (): string => document.querySelector<HTMLScriptElement>("script[nonce]")?.nonce ?? "";

const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.modifier], color: "var(--accent)" },
  { tag: [tags.string, tags.regexp], color: "var(--good)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--warn)" },
  { tag: tags.comment, color: "var(--ink-muted)", fontStyle: "italic" },
  { tag: tags.invalid, color: "var(--bad)" },
]);

const look = EditorView.theme({
  "&": { color: "var(--ink)", backgroundColor: "var(--surface)", fontSize: "0.75rem", minHeight: "16rem", maxHeight: "32rem" },
  "&.cm-focused": { outline: "2px solid var(--focus)", outlineOffset: "-2px" },
  ".cm-scroller": { fontFamily: "var(--font-geist-mono), ui-monospace, monospace", lineHeight: "1.25rem" },
  ".cm-content": { caretColor: "var(--ink)", padding: "0.5rem 0" },
  ".cm-gutters": { backgroundColor: "var(--sunken)", color: "var(--ink-muted)", borderRight: "1px solid var(--line)" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "var(--accent-wash)" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "var(--line)" },
  ".cm-matchingBracket": { backgroundColor: "var(--line) !important" },
  ".cm-tooltip, .cm-panels": { backgroundColor: "var(--surface)", color: "var(--ink)", border: "1px solid var(--line-strong)" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { backgroundColor: "var(--solid)", color: "var(--on-solid)" },
});
