// The JSON contract, as another program uses it.

/** Submits three answers of the mathematics bank; `id` only when the server acknowledged them. */
export async function submit(origin: string, email: string): Promise<{ status: number; id?: string }> {
  const response = await fetch(`${origin}/api/assessments/submit`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({
      subject: 'MATHS',
      grade: 'TERMINALE',
      studentData: { email, name: 'Essai' },
      answers: { 'MATH-COMB-01': 'a', 'MATH-ANA-01': 'b', 'MATH-GEO-01': '__NSP__' },
      duration: 600_000,
    }),
  }).catch(() => undefined);
  if (response?.status !== 201) return { status: response?.status ?? 0 };
  const { assessmentId } = (await response.json()) as { assessmentId: string };
  return { status: 201, id: assessmentId };
}

/** What everybody may read of a result. */
export interface Result {
  generationStatus: string;
  errorCode?: string;
  globalScore: number;
  llmUnavailableMessage?: string;
}

/** The result, once its reports are written, have failed or were left out. */
export async function finishedResult(origin: string, id: string, withinMs = 60_000): Promise<Result> {
  for (const until = Date.now() + withinMs; ; await new Promise((resolve) => setTimeout(resolve, 250))) {
    const response = await fetch(`${origin}/api/assessments/${id}/result`).catch(() => undefined);
    const result = response?.ok ? ((await response.json()) as Result) : undefined;
    if (result && result.generationStatus !== 'PENDING') return result;
    if (Date.now() > until) throw new Error(`the reports of ${id} are still pending`);
  }
}
