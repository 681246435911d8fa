int one(int A);
int main(void) { return one(0) - 1; }
