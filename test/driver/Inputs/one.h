int one(int A);
