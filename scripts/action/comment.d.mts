export function publish(request: {
  readonly api: string;
  readonly repository: string;
  readonly number: number;
  readonly token: string;
  readonly marker: string;
  readonly body: string;
  readonly create: boolean;
}): Promise<string | null>;
