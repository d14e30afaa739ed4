import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

/** Files of a drop or a paste, in order. */
const filesOf = (data: DataTransfer | null): File[] => [...(data?.files ?? [])];

/** Where pictures come in: dropped anywhere on the page, pasted, or picked. */
export function DropZone(props: { onFiles: (files: File[]) => void; onCamera: () => void }): JSX.Element {
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const { onFiles } = props;
  useEffect(() => {
    const dragOver = (event: DragEvent): void => {
      event.preventDefault();
      setOver(true);
    };
    const dragLeave = (event: DragEvent): void => {
      if (event.relatedTarget === null) setOver(false);
    };
    const drop = (event: DragEvent): void => {
      event.preventDefault();
      setOver(false);
      onFiles(filesOf(event.dataTransfer));
    };
    const paste = (event: ClipboardEvent): void => {
      const files = filesOf(event.clipboardData);
      if (files.length > 0) onFiles(files);
    };
    document.addEventListener('dragover', dragOver);
    document.addEventListener('dragleave', dragLeave);
    document.addEventListener('drop', drop);
    document.addEventListener('paste', paste);
    return () => {
      document.removeEventListener('dragover', dragOver);
      document.removeEventListener('dragleave', dragLeave);
      document.removeEventListener('drop', drop);
      document.removeEventListener('paste', paste);
    };
  }, [onFiles]);
  return (
    <section class={over ? 'drop over' : 'drop'} aria-label="Add pictures">
      <p>Drop or paste pictures anywhere on this page.</p>
      <p class="actions">
        <button type="button" onClick={() => input.current?.click()}>
          Choose pictures
        </button>
        <button type="button" class="quiet" onClick={props.onCamera}>
          Use the camera
        </button>
      </p>
      <input
        ref={input}
        type="file"
        accept="image/*"
        multiple
        hidden
        aria-label="Pictures"
        onChange={(event) => {
          onFiles([...(event.currentTarget.files ?? [])]);
          event.currentTarget.value = '';
        }}
      />
    </section>
  );
}
