#include <iostream>
#include <stdexcept>
int main() {
  try {
    throw std::runtime_error("hello");
  } catch (const std::exception &E) {
    std::cout << "caught " << E.what() << "\n";
  }
}
