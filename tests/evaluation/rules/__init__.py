"""Rules for proposals that missed a goal on held-out cases. No form shows what they propose."""
