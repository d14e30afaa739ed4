import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

const JPEG_QUALITY = 0.92;

/** The picture that the video shows, as a JPEG file. */
function snap(video: HTMLVideoElement, number: number): Promise<File | null> {
  const canvas = document.createElement('canvas');
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  canvas.getContext('2d')?.drawImage(video, 0, 0);
  return new Promise((done) =>
    canvas.toBlob(
      (blob) => done(blob && new File([blob], `camera-${number}.jpg`, { type: 'image/jpeg' })),
      'image/jpeg',
      JPEG_QUALITY,
    ),
  );
}

/** The device's camera: a live picture and a button that takes one. Closing it stops the camera. */
export function Camera(props: { onPicture: (file: File) => void; onClose: () => void }): JSX.Element {
  const video = useRef<HTMLVideoElement>(null);
  const [problem, setProblem] = useState('');
  const [taken, setTaken] = useState(0);
  useEffect(() => {
    let stream: MediaStream | null = null;
    let gone = false;
    const open = async (): Promise<void> => {
      if (!navigator.mediaDevices) {
        setProblem('This browser gives pages the camera over HTTPS or on localhost only.');
        return;
      }
      try {
        const opened = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } });
        if (gone) for (const track of opened.getTracks()) track.stop();
        else {
          stream = opened;
          if (video.current) video.current.srcObject = opened;
        }
      } catch (thrown) {
        setProblem(`The camera could not be opened: ${(thrown as Error).message}`);
      }
    };
    void open();
    return () => {
      gone = true;
      for (const track of stream?.getTracks() ?? []) track.stop();
    };
  }, []);
  const take = async (): Promise<void> => {
    const file = video.current?.videoWidth ? await snap(video.current, taken + 1) : null;
    if (!file) return;
    setTaken(taken + 1);
    props.onPicture(file);
  };
  return (
    <section class="camera" aria-label="Camera">
      {problem ? <p class="problem">{problem}</p> : <video ref={video} autoplay muted playsInline />}
      <p class="actions">
        {!problem && (
          <button type="button" onClick={take}>
            Take a picture
          </button>
        )}
        <button type="button" class="quiet" onClick={props.onClose}>
          Close the camera
        </button>
      </p>
    </section>
  );
}
