int main(int Argc, char **Argv) { return Argc - 1; }
